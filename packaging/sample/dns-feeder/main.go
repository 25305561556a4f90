// dns-feeder is the sample package's cluster DNS: it follows Services and Endpoints, writes them to a hosts file, and runs
// dnsmasq over it. It answers A (and AAAA) and reverse queries; there are no SRV records and no ExternalName Services.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/ioutil"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

var (
	domain     = flag.String("domain", "cluster.local", "the cluster's domain")
	clusterDNS = flag.String("cluster-dns", "", "address of the cluster's DNS Service, never asked as an upstream")
	port       = flag.Int("port", 1053, "port of dnsmasq, above 1024 so that no capability is needed")
	hostsFile  = flag.String("hosts", "/run/dns/hosts", "the file that dnsmasq reads")
	resolvConf = flag.String("resolv-conf", "/etc/resolv.conf", "where upstream name servers are read from")
	health     = flag.String("health", ":8053", "where to answer /ready and /live")
)

func say(format string, args ...interface{}) {
	fmt.Printf(time.Now().UTC().Format("2006-01-02T15:04:05Z ")+format+"\n", args...)
}

func fail(format string, args ...interface{}) {
	say(format, args...)
	os.Exit(1)
}

// follow keeps a store of one kind up to date and pokes when it changes. Lost connections are taken up again for ever.
func follow(client rest.Interface, resource string, kind runtime.Object, poke func()) (cache.Store, func() bool) {
	source := cache.NewListWatchFromClient(client, resource, v1.NamespaceAll, fields.Everything())
	store, controller := cache.NewInformer(source, kind, 0, cache.ResourceEventHandlerFuncs{
		AddFunc:    func(interface{}) { poke() },
		UpdateFunc: func(interface{}, interface{}) { poke() },
		DeleteFunc: func(interface{}) { poke() },
	})
	go controller.Run(make(chan struct{}))
	return store, controller.HasSynced
}

func connect() rest.Interface {
	config, err := rest.InClusterConfig()
	if err != nil {
		fail("no access to the API: %v", err)
	}
	config.GroupVersion, config.NegotiatedSerializer = &v1.SchemeGroupVersion, scheme.Codecs.WithoutConversion()
	config.UserAgent = "dns-feeder"
	client, err := corev1.NewForConfig(config)
	if err != nil {
		fail("no access to the API: %v", err)
	}
	return client.RESTClient()
}

func render(services, endpoints cache.Store) []byte {
	var list []*v1.Service
	for _, item := range services.List() {
		list = append(list, item.(*v1.Service))
	}
	byName := map[string]*v1.Endpoints{}
	for _, item := range endpoints.List() {
		one := item.(*v1.Endpoints)
		byName[one.Namespace+"/"+one.Name] = one
	}
	return hosts(*domain, list, byName)
}

// write puts the file in place in one step and says whether it differs from what was there.
func write(content []byte) bool {
	if old, err := ioutil.ReadFile(*hostsFile); err == nil && bytes.Equal(old, content) {
		return false
	}
	partial := *hostsFile + ".partial"
	if err := ioutil.WriteFile(partial, content, 0644); err != nil {
		fail("cannot write %s: %v", partial, err)
	}
	if err := os.Rename(partial, *hostsFile); err != nil {
		fail("cannot write %s: %v", *hostsFile, err)
	}
	return true
}

// start runs dnsmasq; when it ends, so do we, and the kubelet starts both again.
func start() *os.Process {
	text, err := ioutil.ReadFile(*resolvConf)
	if err != nil {
		say("no upstream: %v", err)
	}
	servers := upstreams(text, *clusterDNS)
	say("answering for %s; upstream: %v", *domain, servers)
	command := exec.Command("dnsmasq", arguments(*domain, *port, *hostsFile, servers)...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := command.Start(); err != nil {
		fail("cannot start dnsmasq: %v", err)
	}
	go func() { fail("dnsmasq ended: %v", command.Wait()) }()
	return command.Process
}

// answers asks our own dnsmasq for the one name that every cluster has.
func answers() error {
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", *port))
	}}
	limited, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, err := resolver.LookupHost(limited, "kubernetes.default.svc."+*domain+".")
	return err
}

func main() {
	flag.Parse()
	changed := make(chan struct{}, 1)
	poke := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	serveHealth()
	client := connect()
	services, servicesThere := follow(client, "services", &v1.Service{}, poke)
	endpoints, endpointsThere := follow(client, "endpoints", &v1.Endpoints{}, poke)
	for waited := 0; !servicesThere() || !endpointsThere(); waited++ {
		if waited%50 == 0 {
			say("waiting for the API at %s", os.Getenv("KUBERNETES_SERVICE_HOST"))
		}
		time.Sleep(200 * time.Millisecond)
	}
	write(render(services, endpoints))
	dnsmasq := start()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	for {
		select {
		case <-stop:
			say("stopping")
			return
		case <-changed:
			// Changes come in crowds: one reading for all of them.
			time.Sleep(200 * time.Millisecond)
			if write(render(services, endpoints)) {
				_ = dnsmasq.Signal(syscall.SIGHUP)
			}
		}
	}
}

func serveHealth() {
	mux := http.NewServeMux()
	mux.HandleFunc("/live", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if err := answers(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	go func() { fail("health server ended: %v", http.ListenAndServe(*health, mux)) }()
}
