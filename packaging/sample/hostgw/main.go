// hostgw is the sample package's pod network. On each node it installs the CNI reference plugins, writes their configuration
// over the node's own pod CIDR, and keeps a host route to every other node's pod CIDR by that node's address. All nodes have to
// be on one network segment. It is no more than that: no overlay, no network policy, no masquerading. IPv4,
// IPv6 or both.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	"k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes/scheme"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

var (
	nodeName    = flag.String("node", os.Getenv("NODE_NAME"), "name of this node")
	clusterCIDR = flag.String("cluster-cidr", "", "pod CIDR of the whole cluster; with a comma between two, one of each family")
	pluginsFrom = flag.String("plugins-from", "/plugins", "folder with the CNI plugins of this image")
	pluginsTo   = flag.String("plugins-to", "/host/opt/cni/bin", "folder where the container runtime looks for plugins")
	configTo    = flag.String("config-to", "/host/etc/cni/net.d/10-hostgw.conflist", "the CNI configuration to write")
	sysctl      = flag.String("sysctl", "/host/proc/sys/net", "the host's /proc/sys/net, writable")
	bridge      = flag.String("bridge", "cni0", "name of the bridge on the node")
	protocol    = flag.Int("protocol", 177, "protocol number that marks our routes")
	every       = flag.Duration("every", 10*time.Second, "look at everything again this often, whatever happens")
	health      = flag.String("health", "127.0.0.1:10276", "where to answer /ready")
)

func say(format string, args ...interface{}) {
	fmt.Printf(time.Now().UTC().Format("2006-01-02T15:04:05Z ")+format+"\n", args...)
}

// state is what /ready tells: nil once the configuration is written and every route is in place.
type state struct {
	sync.Mutex
	problem error
}

func (s *state) set(err error) {
	s.Lock()
	defer s.Unlock()
	if fmt.Sprint(s.problem) != fmt.Sprint(err) {
		if err != nil {
			say("not ready: %v", err)
		} else {
			say("ready")
		}
	}
	s.problem = err
}

func (s *state) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.Lock()
	defer s.Unlock()
	if s.problem != nil {
		http.Error(w, s.problem.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func main() {
	flag.Parse()
	if *nodeName == "" || len(clusterCIDRs(*clusterCIDR)) == 0 {
		fmt.Fprintln(os.Stderr, "hostgw: --node (or NODE_NAME) and --cluster-cidr (one range, or one of each family) are needed")
		os.Exit(2)
	}
	now := &state{problem: fmt.Errorf("starting")}
	go func() {
		mux := http.NewServeMux()
		mux.Handle("/ready", now)
		// A port that is taken must not stop routes from being kept; the probe shows it.
		say("health server ended: %v", http.ListenAndServe(*health, mux))
	}()
	if count, err := installPlugins(*pluginsFrom, *pluginsTo); err != nil {
		say("cannot install the CNI plugins: %v", err)
		os.Exit(1)
	} else {
		say("CNI plugins: %d installed or renewed", count)
	}
	store, changed := watchNodes()
	run(store, changed, now)
}

// watchNodes follows all nodes. The API may not be reachable yet (its Service address works only once kube-proxy runs): the
// watcher tries again by itself for as long as it takes, and run() says in the log that it waits.
func watchNodes() (*watched, <-chan struct{}) {
	config, err := rest.InClusterConfig()
	if err != nil {
		say("no access to the API: %v", err)
		os.Exit(1)
	}
	config.GroupVersion, config.NegotiatedSerializer = &v1.SchemeGroupVersion, scheme.Codecs.WithoutConversion()
	config.UserAgent = "hostgw"
	client, err := corev1.NewForConfig(config)
	if err != nil {
		say("no access to the API: %v", err)
		os.Exit(1)
	}
	changed := make(chan struct{}, 1)
	poke := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	source := cache.NewListWatchFromClient(client.RESTClient(), "nodes", "", fields.Everything())
	store, controller := cache.NewInformer(source, &v1.Node{}, 0, cache.ResourceEventHandlerFuncs{
		AddFunc: func(interface{}) { poke() }, DeleteFunc: func(interface{}) { poke() },
		UpdateFunc: func(before, after interface{}) {
			a, b := before.(*v1.Node), after.(*v1.Node)
			if !reflect.DeepEqual(podCIDRs(a), podCIDRs(b)) || !reflect.DeepEqual(internalIPs(a), internalIPs(b)) {
				poke()
			}
		},
	})
	go func() {
		waitForAPI()
		controller.Run(make(chan struct{}))
	}()
	return &watched{store: store, synced: controller.HasSynced}, changed
}

// waitForAPI returns once the API's Service address takes a connection. Asking it five times a second here spares the watcher's
// own pauses, which double up to half a minute: a node would be NotReady for that long after kube-proxy is up.
func waitForAPI() {
	address := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	for {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = connection.Close()
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

type watched struct {
	store  cache.Store
	synced func() bool
}

func (w *watched) nodes() []*v1.Node {
	var nodes []*v1.Node
	for _, item := range w.store.List() {
		nodes = append(nodes, item.(*v1.Node))
	}
	return nodes
}

func run(from *watched, changed <-chan struct{}, now *state) {
	machine := host{protocol: *protocol, sysctl: *sysctl, clusterCIDRs: clusterCIDRs(*clusterCIDR)}
	started := time.Now()
	for {
		wait := *every
		if from.synced() {
			now.set(reconcile(machine, from.nodes()))
		} else {
			// What a run before this one has left (routes, configuration) stays in force meanwhile.
			now.set(fmt.Errorf("waiting for the API at %s", os.Getenv("KUBERNETES_SERVICE_HOST")))
			if time.Since(started) < time.Minute {
				wait = 200 * time.Millisecond
			}
		}
		select {
		case <-changed:
		case <-time.After(wait):
		}
	}
}

// reconcile brings this node to its plan. Everything is tried; the first problem is what /ready tells.
func reconcile(machine host, nodes []*v1.Node) error {
	wanted, err := planFor(*nodeName, nodes)
	if err != nil {
		return err
	}
	problems := []error{machine.settings(), machine.bring(wanted.hops), machine.forward()}
	text, err := conflist(wanted.podCIDRs, *bridge, mtuOf(wanted.address))
	if err == nil {
		var wrote bool
		if wrote, err = writeWhole(*configTo, text, 0644); wrote {
			say("wrote %s for %s", filepath.Base(*configTo), strings.Join(wanted.podCIDRs, ", "))
		}
	}
	for _, problem := range append(problems, err) {
		if problem != nil {
			return problem
		}
	}
	return nil
}
