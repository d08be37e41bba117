// Package mailserver is a mail server of its own process for tests: STARTTLS or TLS with a certificate of its own
// authority, sign-in, and every mail that it takes a file. What it does with a recipient is told by the address: whom it
// refuses, puts off or keeps waiting. The tests of a package that uses it call Main from their TestMain.
package mailserver

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// User and Password let somebody in.
const (
	User     = "chancery"
	Password = "open-sesame-32"
)

// The recipients of whom something is made.
const (
	Refused = "refused@office.example" // 550 for good
	PutOff  = "put-off@office.example" // 451
	Stalled = "stalled@office.example" // no answer at all
)

// Mode is how a server speaks.
type Mode string

// The modes.
const (
	StartTLS Mode = "starttls"
	TLS      Mode = "tls"
	Bare     Mode = "bare" // it offers no encryption
)

const (
	envFolder = "CHANCERY_MAILSERVER_FOLDER"
	envAddr   = "CHANCERY_MAILSERVER_ADDR"
	envMode   = "CHANCERY_MAILSERVER_MODE"
)

// Main is the server where the process was started as one, and then does not come back.
func Main() {
	dir := os.Getenv(envFolder)
	if dir == "" {
		return
	}
	if err := serve(dir, os.Getenv(envAddr), Mode(os.Getenv(envMode))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Server is one that runs, or was stopped.
type Server struct {
	*testing.T
	Port    int
	dir     string
	mode    Mode
	process *exec.Cmd
}

// Start starts a server with an empty box.
func Start(t *testing.T, mode Mode) *Server {
	t.Helper()
	s := &Server{T: t, dir: t.TempDir(), mode: mode}
	if err := certify(s.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	s.Again()
	return s
}

// Again starts a stopped server, at the same port and with the same box.
func (s *Server) Again() {
	s.Helper()
	binary, err := os.Executable()
	if err != nil {
		s.Fatal(err)
	}
	s.process = exec.Command(binary) //nolint:gosec // our own test binary, which Stop ends
	s.process.Env = append(os.Environ(), envFolder+"="+s.dir, envMode+"="+string(s.mode), envAddr+"=127.0.0.1:"+strconv.Itoa(s.Port))
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.Fatalf("the mail server does not start: %v", err)
	}
	_, port, err := net.SplitHostPort(strings.TrimSpace(line))
	if err != nil {
		s.Fatal(err)
	}
	if s.Port, err = strconv.Atoi(port); err != nil {
		s.Fatal(err)
	}
}

// Stop stops it.
func (s *Server) Stop() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

// Mode is how it speaks.
func (s *Server) Mode() Mode { return s.mode }

// Roots are who signed its certificate.
func (s *Server) Roots() *x509.CertPool {
	s.Helper()
	pool, err := ReadRoots(s.CA())
	if err != nil {
		s.Fatal(err)
	}
	return pool
}

// ReadRoots reads the file of an authority.
func ReadRoots(name string) (*x509.CertPool, error) {
	data, err := os.ReadFile(name) //nolint:gosec // its own file
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.New("no certificate in " + name)
	}
	return pool, nil
}

// CA is the file of the authority that signed its certificate.
func (s *Server) CA() string { return filepath.Join(s.dir, "ca.pem") }

// Taken is one mail that it took.
type Taken struct {
	From string   `json:"from"`
	To   []string `json:"to"`
	User string   `json:"user"`
	TLS  bool     `json:"tls"`
	Data []byte   `json:"data"`
}

// Message reads the mail.
func (m Taken) Message(t *testing.T) *mail.Message {
	t.Helper()
	read, err := mail.ReadMessage(strings.NewReader(string(m.Data)))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// Box are the mails that it took, the oldest first.
func (s *Server) Box() []Taken {
	s.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		s.Fatal(err)
	}
	slices.Sort(names)
	var out []Taken
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // its own folder
		if err != nil {
			s.Fatal(err)
		}
		var m Taken
		if err := json.Unmarshal(data, &m); err != nil {
			s.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// certify makes an authority and a certificate for this machine.
func certify(dir string) error {
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	signed, err := x509.CreateCertificate(rand.Reader, ca, ca, authority.Public(), authority)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	own, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), authority)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	write := func(name, kind string, der []byte) error {
		return os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
	}
	return errors.Join(write("ca.pem", "CERTIFICATE", signed), write("cert.pem", "CERTIFICATE", own), write("key.pem", "PRIVATE KEY", private))
}

func serve(dir, addr string, mode Mode) error {
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		return err
	}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{conn: c, dir: dir, bare: mode == Bare}, nil }))
	s.Domain, s.EnableSMTPUTF8, s.AllowInsecureAuth = "localhost", true, mode == Bare
	encrypted := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if mode == StartTLS {
		s.TLSConfig = encrypted
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if mode == TLS {
		l = tls.NewListener(l, encrypted)
	}
	fmt.Println(l.Addr())
	return s.Serve(l)
}

// session is one connection.
type session struct {
	conn *smtp.Conn
	dir  string
	bare bool
	user string
	from string
	to   []string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.user == "" && !s.bare {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch to {
	case Refused:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here is called that"}
	case PutOff:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted, come back later"}
	case Stalled:
		select {}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, encrypted := s.conn.TLSConnectionState()
	body, err := json.Marshal(Taken{s.from, s.to, s.user, encrypted, data})
	if err != nil {
		return err
	}
	name := filepath.Join(s.dir, fmt.Sprintf("%020d-%p", time.Now().UnixNano(), s))
	if err := os.WriteFile(name, body, 0o600); err != nil {
		return err
	}
	return os.Rename(name, name+".json")
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }
