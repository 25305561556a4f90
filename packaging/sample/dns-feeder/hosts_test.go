package main

import (
	"reflect"
	"strings"
	"testing"

	"k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func service(name, address string) *v1.Service {
	return &v1.Service{ObjectMeta: meta.ObjectMeta{Name: name, Namespace: "shop"}, Spec: v1.ServiceSpec{ClusterIP: address}}
}

func TestAServiceIsNamedByItsAddress(t *testing.T) {
	if got := string(hosts("cluster.local", []*v1.Service{service("web", "10.4.0.7")}, nil)); got != "10.4.0.7 web.shop.svc.cluster.local\n" {
		t.Fatal(got)
	}
}

func TestAHeadlessServiceIsNamedByItsReadyEndpoints(t *testing.T) {
	endpoints := map[string]*v1.Endpoints{"shop/db": {Subsets: []v1.EndpointSubset{{
		Addresses:         []v1.EndpointAddress{{IP: "10.3.1.9", Hostname: "db-0"}, {IP: "10.3.0.9"}},
		NotReadyAddresses: []v1.EndpointAddress{{IP: "10.3.0.8"}},
	}}}}
	want := "10.3.0.9 db.shop.svc.x\n10.3.1.9 db-0.db.shop.svc.x\n10.3.1.9 db.shop.svc.x\n"
	if got := string(hosts("x", []*v1.Service{service("db", v1.ClusterIPNone)}, endpoints)); got != want {
		t.Fatal(got)
	}
	early := service("db", v1.ClusterIPNone)
	early.Spec.PublishNotReadyAddresses = true
	if got := string(hosts("x", []*v1.Service{early}, endpoints)); !strings.Contains(got, "10.3.0.8 db.") {
		t.Fatal(got)
	}
}

func TestAServiceWithoutAddressOrEndpointsHasNoName(t *testing.T) {
	external := service("far", "")
	external.Spec.Type = v1.ServiceTypeExternalName
	if got := string(hosts("x", []*v1.Service{external, service("db", v1.ClusterIPNone), service("new", "")}, nil)); got != "" {
		t.Fatal(got)
	}
}

func TestUpstreamsAreThoseThatAPodCanAsk(t *testing.T) {
	text := "# nameserver 9.9.9.9\nnameserver 127.0.0.53\nnameserver 10.0.0.2\nnameserver 10.4.0.10\nsearch lab\nnameserver ::1\nnameserver fd00::2\n"
	if got := upstreams([]byte(text), "10.4.0.10"); !reflect.DeepEqual(got, []string{"10.0.0.2", "fd00::2"}) {
		t.Fatal(got)
	}
	if got := upstreams(nil, "10.4.0.10"); got != nil {
		t.Fatal(got)
	}
}
