package main

import (
	"encoding/json"
	"io/ioutil"
	"os"
	"path/filepath"
)

// conflist is the CNI configuration of a node: the reference plugins bridge and host-local over the node's own pod CIDRs, of each
// of which a pod gets an address.
// Addresses are not masqueraded: every node knows the way to every pod, and an air gap has nothing beyond.
func conflist(podCIDRs []string, bridge string, mtu int) ([]byte, error) {
	type object = map[string]interface{}
	var ranges []interface{}
	for _, cidr := range podCIDRs {
		ranges = append(ranges, []interface{}{object{"subnet": cidr}})
	}
	first := object{
		"type": "bridge", "bridge": bridge, "isGateway": true, "isDefaultGateway": true, "ipMasq": false, "hairpinMode": true,
		"ipam": object{"type": "host-local", "ranges": ranges},
	}
	if mtu > 0 {
		first["mtu"] = mtu
	}
	text, err := json.MarshalIndent(object{
		"cniVersion": "0.4.0", "name": "hostgw",
		"plugins": []interface{}{first, object{"type": "portmap", "snat": true, "capabilities": object{"portMappings": true}}},
	}, "", "  ")
	return append(text, '\n'), err
}

// writeWhole puts a file in place in one step, so that no reader sees half of it. It says whether anything changed.
func writeWhole(path string, content []byte, mode os.FileMode) (bool, error) {
	old, err := ioutil.ReadFile(path)
	if err == nil && string(old) == string(content) {
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0755); err != nil {
		return false, err
	}
	partial := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".partial")
	if err := writeSynced(partial, content, mode); err != nil {
		return false, err
	}
	return true, os.Rename(partial, path)
}

func writeSynced(path string, content []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// installPlugins copies every plugin that differs from the image's. A plugin in use can be replaced: rename leaves the old one open.
func installPlugins(from, to string) (int, error) {
	entries, err := ioutil.ReadDir(from)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, entry := range entries {
		content, err := ioutil.ReadFile(filepath.Join(from, entry.Name()))
		if err != nil {
			return count, err
		}
		changed, err := writeWhole(filepath.Join(to, entry.Name()), content, 0755)
		if err != nil {
			return count, err
		}
		if changed {
			count++
		}
	}
	return count, nil
}
