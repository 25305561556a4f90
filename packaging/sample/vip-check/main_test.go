package main

import (
	"encoding/pem"
	"io/ioutil"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	dir, err := ioutil.TempDir("", "vip-check")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	status, body, wait := 200, "ok", time.Duration(0)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(wait)
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	defer server.Close()
	ca := filepath.Join(dir, "ca.crt")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := ioutil.WriteFile(ca, text, 0600); err != nil {
		t.Fatal(err)
	}
	if err := check(server.URL, ca, time.Second); err != nil {
		t.Errorf("ready, but %v", err)
	}
	status = 500
	if check(server.URL, ca, time.Second) == nil {
		t.Error("status 500 passed")
	}
	status, body = 200, "not yet"
	if check(server.URL, ca, time.Second) == nil {
		t.Error("another answer than ok passed")
	}
	body, wait = "ok", 300*time.Millisecond
	if check(server.URL, ca, 100*time.Millisecond) == nil {
		t.Error("a slow answer passed")
	}
	wait = 0
	other := filepath.Join(dir, "empty")
	if err := ioutil.WriteFile(other, nil, 0600); err != nil {
		t.Fatal(err)
	}
	if check(server.URL, other, time.Second) == nil {
		t.Error("no authority passed")
	}
	server.Close()
	if check(server.URL, ca, time.Second) == nil {
		t.Error("nobody there passed")
	}
}
