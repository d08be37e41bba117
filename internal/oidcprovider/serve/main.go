// Command serve runs the provider of the tests as a process of its own, on a free port of this machine, until its input
// ends; it prints its issuer first.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"chancery/internal/oidcprovider"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(client, secret string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + listener.Addr().String()
	p, err := oidcprovider.New(issuer, client, secret, time.Now)
	if err != nil {
		return err
	}
	fmt.Println(issuer)
	server := &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
