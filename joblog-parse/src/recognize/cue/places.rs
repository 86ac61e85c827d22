//! Words for where users log in: machines, addresses, ports, and what they belong to.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (
        Cue::Host,
        "ip ips ipv4 ipv6 address addresses addr host hostname hostnames dns dnsname fqdn fqdns vært vaert vard isanta domacin \
         ipaddress ipaddr eip endpoint destination target adresse adressen direccion \
         indirizzo endereco adres adresine adresu adresem adresa adresy adresi rechnername \
         rechneradresse hote anfitrion hostnaam ziel destino destinazione アドレス 住所 \
         ホスト ホスト名 接続先 주소 호스트 호스트명 地址 位址 主机 主機 主机名 主機名 域名 \
         网址 адреса адресою адрес адресу хост хоста ip-адрес naslov adresa-ip διευθυνση \
         adress adresse-ip adressen-ip osoite cim vardadress vertsnavn internetadresse \
         ip-adresse ip-adres servername serveradresse adresini \
         chi anwani alamat כתובת הכתובת العنوان عنوان पता ที่อยู่ ไอพี",
    ),
    (
        Cue::Machine,
        "node gateway nodes server servers machine machines calculator calculatorul headnode vm vms instance \
         instances frontend computer pc workstation container pod droplet box masternode \
         loginnode system systems site resource nodo noeud noeuds noed knoten knotens serveur \
         servidor maquina macchina ordinateur rechner maschine knooppunt wezel wezla uzel \
         uzlu dugum dugumu sunucu stroj maszyna maszyny serwer serwera serveru serverin \
         ノード サーバー サーバ マシン インスタンス 노드 서버 인스턴스 节点 節點 服务器 \
         伺服器 实例 執行個體 机器 сервер сервера серверу серверe узел узла узлу машина \
         машине maskin maskinen servern noden nod gep palvelin solmu streznik \
         streznika posluzitelj posluzitelja kiszolgalo сървър вузол вузла нод serveris \
         serveri szerver szerverre server-ul serverul serverului nodul nodului masina masinii \
         peladen simpul komputer mesin chu sunucusu sunucusuna sunucuya makine makineye \
         makineniz sunucunuz שרת השרת המחשב الخادم خادم सर्वर เซิร์ฟเวอร์ เครื่อง gazda κομβος κομβο κομβου διακομιστης διακομιστη",
    ),
    (
        Cue::Main,
        "master head front controller primary main entry maitre maestro hauptknoten kopf \
         haupt nadrzedny glowny glownego hlavni hoofd hlavniho frontale マスター ヘッド 主 \
         마스터 헤드 主节点 主節點 头 inlogningsnod inloggningsnod головной главный главного \
         controlador huvudnod hauptrechnerknotenrechner anmeldeknoten anmelderechner \
         anmeldeserver loginknoten dostepowy dostepowego dostepowa pristupovy pristupova einwahlknoten einwahlrechner frontal frontaux acesso",
    ),
    (Cue::Compute, "compute rechenknoten calcul calculo"),
    (
        Cue::Public,
        "public natip external floating elastic outside internet wan publique publico publica \
         pubblico pubblica offentliche offentlichen offentlicher offentlich oeffentliche \
         oeffentlichen oeffentlicher oeffentlich externe externa \
         esterno esterna openbaar openbare publiek publieke publiczny publicznego publicznym \
         verejna verejne verejnou verejny genel acik extern パブリック 公開 グローバル 外部 \
         공인 공개 퍼블릭 公网 公用 公共 公有 公 外网 外 публичный публичного внешний \
         внешнего белый offentlig publik julkinen nyilvanos",
    ),
    (
        Cue::Private,
        "private internal local intranet lan privee prive interne privada privado interna \
         interno privata privato privat intern interner prywatny wewnetrzny soukroma ozel \
         dahili プライベート 内部 사설 내부 私有 私网 内网 內部 внутренний внутреннего \
         privaten interni",
    ),
    (
        Cue::Port,
        "noktasi anschluss port ports puerto porta poort portu ポート ポート番号 포트 端口 \
         連接埠 埠 通信埠 порт порту порта portti portnummer vrata prikljucek θυρα mlango cong \
         พอร์ต פורט المنفذ منفذ पोर्ट",
    ),
    (Cue::Jump, "jump bastion jumphost proxyjump jumpbox"),
    (
        Cue::Job,
        "job jobs jobid jobname auftrag tache trabajo lavoro taak zadanie zadania uloha ulohy \
         ジョブ 작업 作业 作業 任务 задание задача задания задачи jobb uppdrag",
    ),
    (
        Cue::Cluster,
        "cluster clusters clusterid clustername grappe クラスタ クラスター 클러스터 集群 叢集 \
         кластер кластера kluster klastr klaster klastra clustern kumeniz \
         kumesi kume",
    ),
];
