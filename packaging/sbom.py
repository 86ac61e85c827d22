"""Writes the bill of materials of the programs, a CycloneDX 1.5 document, to standard output.

Arguments: the product's name, its version, its repository, the time, then the packages that have programs. Reads `cargo
metadata` for all platforms from standard input, and the checksums from `Cargo.lock`. The same input gives the same bytes.
"""

import json
import sys
import tomllib
import uuid

name, version, repository, time, *tools = sys.argv[1:]
metadata = json.load(sys.stdin)
with open(metadata["workspace_root"] + "/Cargo.lock", "rb") as file:
    locked = tomllib.load(file)["package"]
checksums = {(it["name"], it["version"]): it["checksum"] for it in locked if "checksum" in it}
packages = {it["id"]: it for it in metadata["packages"]}
nodes = {it["id"]: it for it in metadata["resolve"]["nodes"]}


def purl(id):
    return f"pkg:cargo/{packages[id]['name']}@{packages[id]['version']}"


def needs(id):
    """Packages that are linked into a program or help to build it, without those that only tests need."""
    kinds = lambda it: any(kind["kind"] != "dev" for kind in it["dep_kinds"])
    return sorted(it["pkg"] for it in nodes[id]["deps"] if kinds(it))


roots = [id for id, it in packages.items() if it["name"] in tools and not it["source"]]
reached, waiting = set(), list(roots)
while waiting:
    id = waiting.pop()
    if id not in reached:
        reached.add(id)
        waiting.extend(needs(id))


def component(id):
    package = packages[id]
    entry = {
        "type": "library" if package["source"] else "application",
        "bom-ref": purl(id),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(id),
    }
    if package["license"]:
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return entry


product = f"pkg:generic/{name}@{version}"
ordered = sorted(reached, key=purl)
document = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"{repository}/{version}/{time}")),
    "version": 1,
    "metadata": {
        "timestamp": time.replace(" ", "T") + "Z",
        "component": {
            "type": "application",
            "bom-ref": product,
            "name": name,
            "version": version,
            "purl": product,
            "externalReferences": [{"type": "vcs", "url": repository}],
        },
    },
    "components": [component(id) for id in ordered],
    "dependencies": [{"ref": product, "dependsOn": sorted(purl(id) for id in roots)}]
    + [{"ref": purl(id), "dependsOn": sorted({purl(it) for it in needs(id)})} for id in ordered],
}
json.dump(document, sys.stdout, indent=1)
print()
