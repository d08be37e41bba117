package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
)

func TestPlainHTTPIsForThisMachineOrAProxyBeforeIt(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"127.0.0.1:8080", "127.0.0.2:0", "[::1]:8080", "localhost:8080"} {
		if err := (&serveCommand{Addr: addr}).guarded(); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for addr, kind := range map[string]fault.Kind{
		"0.0.0.0:8080": fault.NotAllowed, ":8080": fault.NotAllowed, "[::]:80": fault.NotAllowed, "192.0.2.1:80": fault.NotAllowed,
		"office.example:80": fault.NotAllowed, "8080": fault.Invalid,
	} {
		if got := fault.KindOf((&serveCommand{Addr: addr}).guarded()); got != kind {
			t.Errorf("%s: %s, want %s", addr, got, kind)
		}
	}
	for _, c := range []serveCommand{{Addr: "0.0.0.0:8080", BehindProxy: true}, {Addr: "0.0.0.0:8443", Cert: "c.pem", Key: "k.pem"}} {
		if err := c.guarded(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, c := range []serveCommand{{Addr: "0.0.0.0:8080", BehindProxy: true, Demo: true}, {Addr: "127.0.0.1:8443", Cert: "c.pem"}} {
		if err := c.guarded(); err == nil {
			t.Errorf("%+v was let through", c)
		}
	}
}

// TestTheDeskStopsAtOnceThoughBrowsersHoldTheirConnections: one that was used and is kept, one that was opened ahead, one
// that began to ask and stopped in the middle of its first line.
func TestTheDeskStopsAtOnceThoughBrowsersHoldTheirConnections(t *testing.T) {
	t.Parallel()
	folder := foundedFolder(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, out := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", folder}, out, &errs)
		_ = out.Close()
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	addr := strings.TrimPrefix(strings.TrimSpace(line), "http://")
	for _, ask := range []string{"GET / HTTP/1.1\r\nHost: " + addr + "\r\n\r\n", "", "GET / HT"} {
		var d net.Dialer
		c, err := d.DialContext(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		fmt.Fprint(c, ask)
		if strings.HasSuffix(ask, "\r\n\r\n") {
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil || answer.StatusCode >= http.StatusInternalServerError {
				t.Fatalf("%v, %v", answer, err)
			}
			if err := answer.Body.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	begun := time.Now()
	stop()
	if code := <-ended; code != exitDone {
		t.Errorf("it ends with %d: %s", code, errs.String())
	}
	if took := time.Since(begun); took > stopTime/2 {
		t.Errorf("it took %s to stop", took)
	}
}
