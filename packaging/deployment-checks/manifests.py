#!/usr/bin/env python3
"""What schemas can't say of the Kubernetes manifests: that each name leads to something, that probes ask routes that are there,
that limits and rights are set, and that the server takes its settings. Needs PyYAML.

  manifests.py FOVEA FOLDER"""

import pathlib
import subprocess
import sys
import tempfile

import yaml

from servers import Server, get

PLAIN = {"kustomization.yaml", "prometheus-adapter.yaml", "prometheus-scrape.yaml"}  # no manifests of Kubernetes' own


class Faults(list):
    def unless(self, condition, text):
        if not condition:
            self.append(text)


def documents(folder):
    for path in sorted(folder.rglob("*.yaml")):
        if path.name not in PLAIN:
            for document in yaml.safe_load_all(path.read_text()):
                yield path.relative_to(folder), document


def pod_of(document):
    return document["spec"]["template"]["spec"] if document["kind"] in ("Deployment", "Job") else None


def check_pod(name, document, known, faults):
    pod = pod_of(document)
    for container in pod["containers"]:
        where = f"{name}, container {container['name']}"
        for kind in ("requests", "limits"):
            faults.unless({"cpu", "memory"} <= set(container["resources"].get(kind, {})), f"{where}: no {kind} of cpu and memory")
        rights = container.get("securityContext", {})
        faults.unless(rights.get("allowPrivilegeEscalation") is False and rights.get("capabilities") == {"drop": ["ALL"]},
                      f"{where}: may gain rights")
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        for mount in container.get("volumeMounts", []):
            faults.unless(mount["name"] in volumes, f"{where}: no volume {mount['name']}")
        for variable in container.get("env", []):
            secret = variable.get("valueFrom", {}).get("secretKeyRef")
            if secret:
                keys = known["Secret"].get(secret["name"], {}).get("stringData", {})
                faults.unless(secret["key"] in keys, f"{where}: no secret {secret['name']} with {secret['key']}")
        if "fovea" in container["image"]:
            pod_rights = pod["securityContext"]
            faults.unless(rights.get("readOnlyRootFilesystem") is True, f"{where}: may write to its root")
            faults.unless(pod_rights.get("runAsNonRoot") is True and pod_rights.get("runAsUser") == 10001, f"{where}: not the image's user")
            faults.unless(pod_rights.get("seccompProfile") == {"type": "RuntimeDefault"}, f"{where}: no seccomp profile")
    for volume in pod.get("volumes", []):
        for kind, field, key in (("ConfigMap", "configMap", "name"), ("PersistentVolumeClaim", "persistentVolumeClaim", "claimName")):
            if field in volume:
                faults.unless(volume[field][key] in known[kind], f"{name}: no {kind} {volume[field][key]}")


def check_deployment(name, document, faults):
    spec = document["spec"]
    labels = spec["template"]["metadata"]["labels"]
    faults.unless(spec["selector"]["matchLabels"].items() <= labels.items(), f"{name}: its selector doesn't fit its pods")
    for container in spec["template"]["spec"]["containers"]:
        ports = {port["name"] for port in container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            faults.unless(container.get(probe, {}).get("httpGet", {}).get("port") in ports, f"{name}: {probe} asks no port of its own")


def check_probes(document, server, faults):
    """The paths of fovea's own probes, asked of a real server."""
    for container in pod_of(document)["containers"]:
        if "fovea" not in container["image"]:
            continue
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            path = container[probe]["httpGet"]["path"]
            faults.unless(get(server.port, path)[0] == 200, f"{probe}: a server answers {path} with {get(server.port, path)[0]}")


def check_settings(fovea, name, document, faults):
    for file, text in document["data"].items():
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings:
            settings.write(text)
            settings.flush()
            said = subprocess.run([fovea, "serve", "--config", settings.name, "--print-config"], capture_output=True, text=True, check=False)
        faults.unless(said.returncode == 0, f"{name}: {file} is not taken: {said.stderr.strip()}")


def check_autoscaler(document, adapter, known, faults):
    target = document["spec"]["scaleTargetRef"]
    deployment = known[target["kind"]].get(target["name"])
    faults.unless(deployment is not None, f"the autoscaler's {target['kind']} {target['name']} isn't there")
    faults.unless(deployment is None or "replicas" not in deployment["spec"], "the deployment says replicas, and so does the autoscaler")
    offered = {rule["name"]["as"] for rule in adapter["rules"]["custom"]}
    for metric in document["spec"]["metrics"]:
        name = metric["pods"]["metric"]["name"]
        faults.unless(name in offered, f"the autoscaler goes by {name}, which the adapter doesn't offer")


def main():
    fovea, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    faults, known, all_of_them = Faults(), {}, list(documents(folder))
    for _, document in all_of_them:
        known.setdefault(document["kind"], {})[document["metadata"]["name"]] = document
    pods = [document["spec"]["template"]["metadata"]["labels"] for kind in ("Deployment", "Job") for document in known[kind].values()]
    adapter = yaml.safe_load((folder / "prometheus-adapter.yaml").read_text())
    for listing in folder.rglob("kustomization.yaml"):
        for resource in yaml.safe_load(listing.read_text())["resources"]:
            faults.unless((listing.parent / resource).exists(), f"{listing.name} lists {resource}, which isn't there")
    with Server(fovea) as server:
        for path, document in all_of_them:
            kind, name = document["kind"], f"{path}, {document['kind']} {document['metadata']['name']}"
            faults.unless(kind == "Namespace" or document["metadata"].get("namespace") in known["Namespace"], f"{name}: in no name space of ours")
            if pod_of(document):
                check_pod(name, document, known, faults)
            if kind == "Deployment":
                check_deployment(name, document, faults)
                check_probes(document, server, faults)
            selector = document.get("spec", {}).get("selector") if kind in ("Service", "PodDisruptionBudget") else None
            if kind == "NetworkPolicy":
                selector = document["spec"]["podSelector"]
            if selector:
                selector = selector.get("matchLabels", selector)
                faults.unless(any(selector.items() <= labels.items() for labels in pods), f"{name}: selects no pod")
            if kind == "HorizontalPodAutoscaler":
                check_autoscaler(document, adapter, known, faults)
            if kind == "ConfigMap":
                check_settings(fovea, name, document, faults)
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(all_of_them)} manifests: every name leads somewhere, probes are answered, settings are taken.")


if __name__ == "__main__":
    main()
