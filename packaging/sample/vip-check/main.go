// vip-check is keepalived's question whether this node's API server can serve: it ends with 0 when /readyz says ok.
//   vip-check -url https://10.0.0.11:6443/readyz -ca /etc/kubernetes/pki/ca.crt -timeout 2s
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"io/ioutil"
	"net/http"
	"os"
	"strings"
	"time"
)

// check asks once; nil means ready. Asking needs no credentials: system:public-info-viewer lets everybody see /readyz.
func check(url, ca string, timeout time.Duration) error {
	pem, err := ioutil.ReadFile(ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s holds no certificate", ca)
	}
	client := http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
	}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := ioutil.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != "ok" {
		return fmt.Errorf("%s: %s: %.200s", url, answer.Status, body)
	}
	return nil
}

func main() {
	url := flag.String("url", "", "where to ask")
	ca := flag.String("ca", "", "the authority of the answer's certificate")
	timeout := flag.Duration("timeout", 2*time.Second, "for the whole question")
	flag.Parse()
	if err := check(*url, *ca, *timeout); err != nil {
		fmt.Fprintln(os.Stderr, "vip-check:", err)
		os.Exit(1)
	}
}
