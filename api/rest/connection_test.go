package rest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"unibox/api"
)

// certified is a server with a certificate that was valid until a time, and a
// client's way of trusting it.
func certified(t *testing.T, until time.Time) (string, *http.Transport) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-time.Hour), NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(made)
	return s.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
}

// answers is a server that does one thing to every request.
func answers(t *testing.T, do http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(do)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	t.Cleanup(s.Close)
	return s.URL
}

func closedPort(t *testing.T) string {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	return "http://" + port.Addr().String()
}

// noName is a network whose name servers know nothing.
func noName() *http.Transport {
	return &http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}}
}

// TestWhatComesInTheWayIsNamed: each fault of the line is one sentence that
// says what happened and what to do, and a write is in doubt only where some
// of it may have been written.
func TestWhatComesInTheWayIsNamed(t *testing.T) {
	expired, trusting := certified(t, time.Now().Add(-24*time.Hour))
	early, trustingEarly := certified(t, time.Now().Add(24*time.Hour))
	named, trustingName := certified(t, time.Now().Add(30*time.Minute))
	trustingName.TLSClientConfig.ServerName = "elsewhere.example"
	strange := httptest.NewTLSServer(http.NotFoundHandler())
	strange.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	t.Cleanup(strange.Close)
	plain := answers(t, func(http.ResponseWriter, *http.Request) {})
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			io.WriteString(w, "<html><form>sign in</form></html>")
		}
	}
	for name, c := range map[string]struct {
		base      string
		transport http.RoundTripper
		write     api.ErrKind
		says      string
	}{
		"no address":       {"https://api.example.org", noName(), api.ErrUnavailable, "no address for api.example.org: is the network up?"},
		"refused":          {closedPort(t), nil, api.ErrUnavailable, "127.0.0.1 refuses connections: it is down, or base_url is wrong"},
		"strange":          {strange.URL, nil, api.ErrUnavailable, "the certificate of 127.0.0.1 is from an authority that this machine does not trust: sign in to the network in a browser, or name the file of your company's authority in SSL_CERT_FILE"},
		"expired":          {expired, trusting, api.ErrUnavailable, "the certificate of 127.0.0.1 has expired: is this machine's clock right? If so, tell whoever runs it"},
		"too early":        {early, trustingEarly, api.ErrUnavailable, "the certificate of 127.0.0.1 is not valid yet: is this machine's clock right?"},
		"another name":     {named, trustingName, api.ErrUnavailable, "the certificate that answers for 127.0.0.1 is for another name: check base_url, or sign in to the network in a browser"},
		"no TLS":           {strings.Replace(plain, "http:", "https:", 1), nil, api.ErrUnavailable, "something else answers in place of 127.0.0.1: open a browser and sign in to the network, or check the proxy"},
		"page that is 200": {answers(t, page(200)), nil, api.ErrUncertain, "a web page answered in place of 127.0.0.1: open a browser and sign in to the network, or check the proxy"},
		"page that is 511": {answers(t, page(511)), nil, api.ErrUnavailable, "a web page answered in place of 127.0.0.1: open a browser and sign in to the network, or check the proxy"},
		"gateway's page":   {answers(t, page(502)), nil, api.ErrUncertain, "127.0.0.1 is out of order (status 502)"},
		"proxy":            {answers(t, page(407)), nil, api.ErrUnavailable, "the proxy wants a sign-in: put its user and password into HTTPS_PROXY"},
		"cut":              {answers(t, hangUpOn), nil, api.ErrUncertain, "the connection to 127.0.0.1 broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl := client(t, c.base, func(cfg *Config) { cfg.Transport = c.transport })
			_, err := cl.Do(t.Context(), read())
			if api.KindOf(err) != api.ErrUnavailable || api.Explain(err) != c.says {
				t.Errorf("a read: kind %d, %q, want %q (%v)", api.KindOf(err), api.Explain(err), c.says, err)
			}
			if _, err = cl.Do(t.Context(), write()); api.KindOf(err) != c.write {
				t.Errorf("a write: kind %d, want %d: %v", api.KindOf(err), c.write, err)
			}
		})
	}
}

// TestWhatAProxyRefusesIsNamed: whatever a proxy does instead of leading to the
// server is one sentence about the proxy, and no write is in doubt.
func TestWhatAProxyRefusesIsNamed(t *testing.T) {
	status := func(code int) string {
		return answers(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	strange := httptest.NewTLSServer(http.NotFoundHandler())
	strange.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	t.Cleanup(strange.Close)
	for name, c := range map[string]struct{ proxy, says string }{
		"sign-in":  {status(407), "the proxy wants a sign-in: put its user and password into HTTPS_PROXY"},
		"refused":  {status(403), "the proxy does not allow connections to api.example.org (status 403): ask whoever runs it, or check HTTPS_PROXY"},
		"no way":   {status(502), "the proxy cannot reach api.example.org (status 502): ask whoever runs it, or check HTTPS_PROXY"},
		"dead":     {closedPort(t), "the proxy does not answer: is it running, and is HTTPS_PROXY right?"},
		"strange":  {strange.URL, "the proxy cannot prove who it is: check HTTPS_PROXY"},
		"no socks": {strings.Replace(closedPort(t), "http:", "socks5:", 1), "the proxy does not answer: is it running, and is HTTPS_PROXY right?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			through, err := url.Parse(c.proxy)
			if err != nil {
				t.Fatal(err)
			}
			transport := NewTransport(true)
			transport.Proxy = http.ProxyURL(through)
			cl := client(t, "https://api.example.org", func(cfg *Config) { cfg.Transport = transport })
			for what, req := range map[string]Request{"a read": read(), "a write": write()} {
				if _, err := cl.Do(t.Context(), req); api.KindOf(err) != api.ErrUnavailable || api.Explain(err) != c.says {
					t.Errorf("%s: kind %d, %q, want %q (%v)", what, api.KindOf(err), api.Explain(err), c.says, err)
				}
			}
		})
	}
}

// TestWhatIsNotSentIsNamed: a request that was not made was not refused by the platform,
// and the sentence does not say so.
func TestWhatIsNotSentIsNamed(t *testing.T) {
	cl := client(t, answers(t, func(http.ResponseWriter, *http.Request) {}))
	away, nameless, file := read(), read(), write()
	away.Link, nameless.Path = "https://evil.example/x", []string{"messages", ""}
	file.Body = Stream("text/plain", 4, iotest.ErrReader(io.ErrUnexpectedEOF))
	for says, req := range map[string]Request{
		"127.0.0.1 names an address on another server, where the token must not go: check base_url in the config, or tell whoever runs it": away,
		"the platform has no id for this yet: refresh with ctrl+r":                                                                         nameless,
		"the file could not be read to its end, or changed meanwhile: attach it again":                                                     file,
	} {
		if _, err := cl.Do(t.Context(), req); api.KindOf(err) != api.ErrInvalid || api.Explain(err) != says {
			t.Errorf("kind %d, %q, want %q", api.KindOf(err), api.Explain(err), says)
		}
	}
}

// TestALongPauseIsCapped: a platform that asks for a day is asked again within the
// hour, and a person is told what it asked for.
func TestALongPauseIsCapped(t *testing.T) {
	cl := client(t, answers(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "82800")
		w.WriteHeader(http.StatusTooManyRequests)
	}), func(*Config) {})
	_, err := cl.Do(t.Context(), write())
	if api.KindOf(err) != api.ErrRateLimited || api.RetryAfter(err) != time.Hour || api.Explain(err) != "127.0.0.1 asks for a pause of 23 h; it is asked again within the hour" {
		t.Errorf("%v, %v, %q", err, api.RetryAfter(err), api.Explain(err))
	}
}

// An answer that stops half-way is given up, and named.
func TestAStalledAnswerIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := client(t, "http://127.0.0.1", func(cfg *Config) {
			cfg.Transport = piped(func(conn net.Conn) {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half")
				io.Copy(io.Discard, conn) // until the client closes it
			})
		})
		const says = "127.0.0.1 does not answer in time: is the line slow or down?"
		if _, err := cl.Do(t.Context(), read()); api.KindOf(err) != api.ErrUnavailable || api.Explain(err) != says {
			t.Errorf("a read: kind %d, %v", api.KindOf(err), err)
		}
		if _, err := cl.Do(t.Context(), write()); api.KindOf(err) != api.ErrUncertain {
			t.Errorf("a write: kind %d, %v", api.KindOf(err), err)
		}
	})
}

func hangUpOn(w http.ResponseWriter, _ *http.Request) { hangUp(w) }

func TestRetryAfterGoesByTheServersClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := time.Now().Add(-26 * time.Hour)
		c := over(t, nil, func(*http.Request) (*http.Response, error) {
			return ok(http.StatusTooManyRequests, "Date", server.UTC().Format(http.TimeFormat),
				"Retry-After", server.Add(time.Minute).UTC().Format(http.TimeFormat)), nil
		})
		_, err := c.Do(t.Context(), write())
		if got := api.RetryAfter(err); got != time.Minute {
			t.Errorf("a minute by a clock that is a day behind is %v", got)
		}
		if c.Ahead() != -26*time.Hour {
			t.Errorf("the server's clock is said to be %v ahead", c.Ahead())
		}
	})
}

func TestAPageDoesNotTellTheTime(t *testing.T) {
	c := client(t, answers(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<html>")
	}))
	c.Do(t.Context(), write())
	if c.Ahead() != 0 {
		t.Errorf("the clock of a sign-in page counts: %v", c.Ahead())
	}
}

// connections counts what is opened to a server.
func connections(t *testing.T, do http.HandlerFunc) (string, *atomic.Int32) {
	t.Helper()
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(do)
	s.Config.ConnState = func(_ net.Conn, to http.ConnState) {
		if to == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, &opened
}

func TestIdleConnectionsAreDroppedAfterASleep(t *testing.T) {
	url, opened := connections(t, func(http.ResponseWriter, *http.Request) {})
	c := client(t, url)
	jump := time.Duration(0)
	c.sleepDetector.wall = func() time.Time { return time.Now().Add(jump) }
	for i, step := range []struct {
		jump   time.Duration
		opened int32
	}{{0, 1}, {0, 1}, {8 * time.Hour, 2}, {8 * time.Hour, 2}, {0, 2}} {
		jump = step.jump
		if _, err := c.Do(t.Context(), read()); err != nil {
			t.Fatal(err)
		}
		if n := opened.Load(); n != step.opened {
			t.Errorf("read %d: %d connections were opened, want %d", i, n, step.opened)
		}
	}
}

// A write has a connection of its own; that the machine slept, or that the line
// broke, is no less news to the reads.
func TestAWriteCondemnsTheIdleConnectionsOfReads(t *testing.T) {
	for name, spoil := range map[string]func(*Client){
		"after a sleep": func(c *Client) { c.sleepDetector.wall = func() time.Time { return time.Now().Add(8 * time.Hour) } },
		"by breaking":   func(*Client) {},
	} {
		url, opened := connections(t, func(_ http.ResponseWriter, r *http.Request) {
			if r.Method == "POST" && name == "by breaking" {
				panic(http.ErrAbortHandler)
			}
		})
		c := client(t, url)
		c.Do(t.Context(), read())
		spoil(c)
		c.Do(t.Context(), write())
		if _, err := c.Do(t.Context(), read()); err != nil || opened.Load() != 3 {
			t.Errorf("%s: %v, and %d connections were opened for two reads and a write", name, err, opened.Load())
		}
	}
}

// Too little budget is not blamed on the line.
func TestNoBudgetInTimeIsSaid(t *testing.T) {
	url, _ := connections(t, func(http.ResponseWriter, *http.Request) {})
	c := client(t, url, func(cfg *Config) {
		cfg.Budgets = map[api.Class][]api.Budget{api.ClassOther: {{Requests: 1, Per: time.Hour}}}
	})
	req := read()
	req.Class = api.ClassOther
	c.Do(t.Context(), req)
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := c.Do(soon, req)
	if said := api.Explain(err); !strings.Contains(said, "allows no more requests for now") {
		t.Errorf("%q", said)
	}
}

// TestOneDeadConnectionCondemnsTheOthers: after a change of network all idle
// connections are dead, and no read should have to find out about each.
func TestOneDeadConnectionCondemnsTheOthers(t *testing.T) {
	var mute atomic.Bool
	var both sync.WaitGroup
	both.Add(2)
	url, opened := connections(t, func(w http.ResponseWriter, r *http.Request) {
		if mute.Load() {
			<-r.Context().Done()
		}
		if r.URL.Query().Has("pair") { // one connection each
			both.Done()
			both.Wait()
		}
	})
	c := client(t, url)
	pair := read()
	pair.Query = map[string][]string{"pair": {""}}
	done := make(chan error, 2)
	for range 2 {
		go func() { _, err := c.Do(t.Context(), pair); done <- err }()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	mute.Store(true)
	soon, cancel := context.WithTimeout(t.Context(), time.Second) // it has left by then
	defer cancel()
	_, err := c.attempt(soon, read())
	if api.KindOf(err) != api.ErrUnavailable {
		t.Fatal(err)
	}
	mute.Store(false)
	before := opened.Load()
	if _, err := c.attempt(t.Context(), read()); err != nil || opened.Load() != before+1 {
		t.Errorf("%v, and %d new connections: the other idle one was used", err, opened.Load()-before)
	}
}
