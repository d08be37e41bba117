package main

import (
	"testing"

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
