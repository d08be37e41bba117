package fire

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// binary is the program as it is shipped, built once.
var binary = sync.OnceValues(func() (string, error) {
	if made := os.Getenv("CHANCERY_BINARY"); made != "" {
		return made, nil
	}
	dir, err := os.MkdirTemp("", "chancery-binary-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "chancery")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", path, "./cmd/chancery") //nolint:gosec // the program itself
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if os.Getenv("CHANCERY_PROOF") != "" && os.Getenv("CHANCERY_BINARY") == "" {
		if path, err := binary(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}

// node is one `chancery serve`. Whoever looks after it starts it again when it dies.
type node struct {
	*testing.T
	program, dir, address string
	env                   []string
	log                   *os.File

	mu      sync.Mutex
	process *exec.Cmd
	resting bool
	over    sync.WaitGroup
	starts  atomic.Int64
}

// nodes starts so many on one database; all have the key but the last of several.
func nodes(t *testing.T, n int, dsn, keys string, env ...string) []*node {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]*node, 0, n)
	for i := range n {
		one := &node{T: t, program: program, dir: t.TempDir(), address: fmt.Sprintf("127.0.0.1:%d", freePort(t)), env: append([]string{"CHANCERY_DB=" + dsn}, env...)}
		if i == 0 || i < n-1 {
			if err := os.CopyFS(filepath.Join(one.dir, "keys"), os.DirFS(filepath.Join(keys, "keys"))); err != nil {
				t.Fatal(err)
			}
		}
		if one.log, err = os.Create(filepath.Join(one.dir, "log")); err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
		one.keep()
		t.Cleanup(one.rest)
	}
	for _, one := range out {
		one.ready(time.Minute)
	}
	return out
}

// keep runs the node and starts it again whenever it ends, until it is to rest.
func (n *node) keep() {
	n.over.Go(func() {
		for {
			n.mu.Lock()
			if n.resting {
				n.mu.Unlock()
				return
			}
			n.process = exec.Command(n.program, "serve", "--addr", n.address, "--data", n.dir, "--lang", "en") //nolint:gosec // killed below
			n.process.Env = append(os.Environ(), n.env...)
			n.process.Stdout, n.process.Stderr = n.log, n.log
			err := n.process.Start()
			process := n.process
			n.mu.Unlock()
			n.starts.Add(1)
			if err == nil {
				_ = process.Wait() // it was killed, or found no server
			}
			time.Sleep(200 * time.Millisecond) // as a service manager does
		}
	})
}

// kill ends the node without a word; it is started again.
func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil && n.process.Process != nil {
		_ = n.process.Process.Kill()
	}
}

// rest ends the node in order, for good.
func (n *node) rest() {
	n.mu.Lock()
	n.resting = true
	if n.process != nil && n.process.Process != nil {
		_ = n.process.Process.Signal(os.Interrupt)
	}
	n.mu.Unlock()
	n.over.Wait()
}

// ready waits until the node says that people may be sent to it.
func (n *node) ready(most time.Duration) {
	n.Helper()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if status, _ := n.probe("/readyz"); status == http.StatusOK {
			return
		}
		if time.Since(begun) > most {
			n.Fatalf("%s is not ready within %s\n%s", n.address, most, n.said())
		}
	}
}

// probe asks a node what machines ask.
func (n *node) probe(path string) (status int, word string) {
	asker := &http.Client{Timeout: 5 * time.Second}
	r, err := asker.Get("http://" + n.address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, strings.TrimSpace(string(body))
}

// said is the end of what the node logged, without the lines of requests that went well.
func (n *node) said() string {
	all, _ := os.ReadFile(n.log.Name())
	var lines []string
	for line := range strings.Lines(string(all)) {
		if !strings.Contains(line, "msg=answered") || strings.Contains(line, "status=5") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-30):], "")
}

// balancer stands before the nodes and sends each request to the next one. One that cannot be reached was sent nothing,
// so another is asked; a request that was sent is never sent again by the balancer.
func balancer(t *testing.T, all []*node) string {
	t.Helper()
	var turn atomic.Int64
	dialer := &net.Dialer{Timeout: time.Second}
	through := &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute, DisableKeepAlives: false}
	t.Cleanup(through.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			at := all[int(turn.Add(1))%len(all)]
			for range all { // one that does not listen is passed over
				if c, err := dialer.Dial("tcp", at.address); err == nil {
					_ = c.Close()
					break
				}
				at = all[int(turn.Add(1))%len(all)]
			}
			r.SetURL(&url.URL{Scheme: "http", Host: at.address})
		},
		Transport: through,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: proxy, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return "http://" + l.Addr().String()
}
