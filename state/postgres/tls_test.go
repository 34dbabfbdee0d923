package postgres

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"crypto/tls"

	"github.com/jackc/pgx/v5/pgconn"
)

// What goes to the database is said to be open where it is, whatever was asked for, and to be
// unchecked where any server that encrypts would do.
func TestWhoCanReadWhatGoesThere(t *testing.T) {
	for mode, says := range map[string][2]string{
		"":                     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=disable":     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=require":     {"what goes there is not encrypted", "what goes there is encrypted, but not checked to be the team's database"},
		"?sslmode=verify-ca":   {"what goes there is not encrypted", ""},
		"?sslmode=verify-full": {"what goes there is not encrypted", ""},
	} {
		c, err := pgconn.ParseConfig("postgres://unibox@db.example.org/unibox" + mode)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{onTheWay(false, c.TLSConfig).Says, onTheWay(true, c.TLSConfig).Says}; got != says {
			t.Errorf("sslmode %q: %q", mode, got)
		}
	}
}

// A server whose certificate nobody here knows is said to be that, and what to do; so is one of another
// name. Neither is called a network that is down.
func TestACertificateThatIsNotTrusted(t *testing.T) {
	web := httptest.NewTLSServer(http.NotFoundHandler())
	defer web.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go encrypting(l, web.TLS.Certificates)
	database := fmt.Sprintf("postgres://unibox@%s/unibox?sslmode=verify-full", l.Addr())
	f, err := Open(t.Context(), Options{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, asked := f.Team(t.Context())
	const says = "the team's database shows a certificate that is not trusted here: "
	if asked == nil || !strings.HasPrefix(asked.Error(), says) {
		t.Errorf("a session says %v", asked)
	}
	if found, err := Check(t.Context(), database); err != nil || len(found) != 1 || !found[0].Wrong || !strings.HasPrefix(found[0].Says, says) {
		t.Errorf("fleet check says %+v, %v", found, err)
	}
}

// encrypting answers as a database does up to where the line is encrypted.
func encrypting(l net.Listener, shows []tls.Certificate) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		if _, err := io.ReadFull(c, make([]byte, 8)); err == nil {
			_, _ = c.Write([]byte("S"))
			_ = tls.Server(c, &tls.Config{Certificates: shows}).Handshake()
		}
		_ = c.Close()
	}
}
