//! Port numbers of services other than ssh.

/// Ports of services with users and hosts of their own, which are never those of ssh.
const SERVICE_PORTS: [u16; 48] = [
    20, 21, 23, 25, 53, 80, 88, 110, 111, 123, 143, 161, 389, 443, 445, 465, 514, 587, 636, 873,
    993, 995, 1194, 1433, 1521, 1883, 2049, 3128, 3306, 3389, 5432, 5671, 5672, 5900, 5901, 6379,
    6443, 6817, 6818, 8080, 8443, 8883, 8888, 9092, 9200, 27017, 29500, 51820,
];

/// Whether the port belongs to another service.
pub(in crate::recognize) fn is_service_port(port: u16) -> bool {
    SERVICE_PORTS.contains(&port)
}
