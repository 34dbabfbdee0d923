package rest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

// mostMemory is what one answer may cost beside the answer itself, whatever a
// server sends.
const mostMemory = 90 << 20

// peak runs f and returns the most heap that it used, sampled while it ran.
func peak(f func()) uint64 {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, top := make(chan struct{}), make(chan uint64)
	go func() {
		var now runtime.MemStats
		most := before.HeapInuse
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
			select {
			case <-done:
				top <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	return <-top - before.HeapInuse
}

// pour writes a text again and again, until there is enough or nobody reads.
func pour(w io.Writer, text string, size int64) {
	chunk := []byte(strings.Repeat(text, 1+(1<<16)/len(text)))
	for size > 0 {
		n, err := w.Write(chunk)
		if err != nil {
			return
		}
		size -= int64(n)
	}
}

// No answer, however large, packed or nested, costs more than a bounded amount
// of memory, and each is an error that says so.
func TestMemoryIsBounded(t *testing.T) {
	type thing struct {
		A, B, C, D, E, F, G, H Text
		Next                   json.RawMessage
		List                   []map[string]any
	}
	packed := func(w http.ResponseWriter, text string) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		pour(zip, text, 1<<30)
		zip.Close()
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a gigabyte of text":        func(w http.ResponseWriter, _ *http.Request) { pour(w, "x", 1<<30) },
		"a gigabyte of blanks":      func(w http.ResponseWriter, _ *http.Request) { pour(w, " ", 1<<30) },
		"a gigabyte of objects":     func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "["); pour(w, "{},", 1<<30) },
		"a gigabyte in a few bytes": func(w http.ResponseWriter, _ *http.Request) { packed(w, "{},") },
		"ten megabytes of brackets": func(w http.ResponseWriter, _ *http.Request) { pour(w, "[", 10<<20) },
		"ten megabytes of objects":  func(w http.ResponseWriter, _ *http.Request) { pour(w, `{"list":`, 10<<20) },
		"seven megabytes of empty": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "[{}")
			pour(w, ",{}", 7<<20)
			io.WriteString(w, "]")
		},
		"seven megabytes of zeros": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "[0")
			pour(w, ",0", 7<<20)
			io.WriteString(w, "]")
		},
		"an error of 7 megabytes": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"errors":[0`)
			pour(w, ",[]", 7<<20)
			io.WriteString(w, "]}")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, serve(t, answer))
			var err error
			used := peak(func() {
				var list []thing
				err = c.JSON(t.Context(), Request{Op: "list", Effect: Harmless, Method: "GET", Path: []string{"things"}}, &list)
			})
			t.Logf("%d MiB, then: %v", used>>20, err)
			if err == nil || used > mostMemory {
				t.Errorf("%d MiB, then: %v", used>>20, err)
			}
			if len(err.Error()) > 2000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// The largest answer that is read, of as many things as are read.
func TestMemoryOfTheWorstThatIsRead(t *testing.T) {
	item := `{"a":"` + strings.Repeat("x", maxAnswer/maxObjects-20) + `"},`
	c := client(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "["+strings.Repeat(item, maxObjects-2)+"{}]")
	}))
	var list []struct{ A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P Text }
	var err error
	used := peak(func() {
		err = c.JSON(t.Context(), Request{Op: "list", Effect: Reads, Method: "GET", Path: []string{"things"}}, &list)
	})
	t.Logf("%d MiB for %d things", used>>20, len(list))
	if err != nil || len(list) != maxObjects-1 || used > mostMemory {
		t.Errorf("%d MiB for %d things: %v", used>>20, len(list), err)
	}
}

func TestDecodeTakesWhatPlatformsSend(t *testing.T) {
	var list []map[string]string
	whole := "[" + strings.Repeat(`{"id":"1","text":"a \"quoted\" [{[ text, with commas"},`, 15_000) + `{"a":"\\"}]`
	if err := Decode([]byte(whole), &list); err != nil || len(list) != 15_001 {
		t.Errorf("%d items: %v", len(list), err)
	}
	var v any
	if err := Decode([]byte(strings.Repeat("[", maxDepth)+strings.Repeat("]", maxDepth)), &v); err != nil {
		t.Error(err)
	}
	if err := Decode([]byte("\ufeff[\"a\"]"), &v); err != nil {
		t.Errorf("after a byte order mark: %v", err)
	}
	for text, want := range map[string]error{
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1): errTooDeep,
		"[" + strings.Repeat("{},", maxObjects) + "{}]":                   errTooMany,
		"[" + strings.Repeat("1,", maxValues+1) + "1]":                    errTooMany,
	} {
		if err := Decode([]byte(text), &v); !errors.Is(err, want) {
			t.Errorf("%.20q…: %v", text, err)
		}
	}
}

func TestEndlessHeaders(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		pour(conn, "X-Filler: "+strings.Repeat("y", 1000)+"\r\n", 1<<30)
	}))
	var err error
	used := peak(func() { _, err = c.Do(t.Context(), write()) })
	if api.KindOf(err) != api.ErrUncertain || used > mostMemory {
		t.Errorf("%d MiB, then: %v", used>>20, err)
	}
}

// A server that sends a byte now and then is given up in the end, and one that
// sends interim answers without end at once.
func TestSlowDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		drip := client(t, "http://127.0.0.1", func(cfg *Config) {
			cfg.Transport = piped(func(conn net.Conn) {
				_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
				for err == nil {
					time.Sleep(10 * time.Second)
					_, err = io.WriteString(conn, " ")
				}
			})
		})
		if _, err := drip.Do(t.Context(), write()); !errors.Is(err, errTooLong) {
			t.Errorf("a drip: %v", err)
		}
		time.Sleep(time.Minute) // until the server has noticed
	})
	interim := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.WriteHeader(http.StatusEarlyHints)
		}
	}))
	if _, err := interim.Do(t.Context(), write()); err == nil {
		t.Error("interim answers without end ended well")
	}
}

// The token goes nowhere but to its origin: not with a redirect that names a
// user, not to another scheme or port, and no cookie stays.
func TestNothingIsLearnedFromAServer(t *testing.T) {
	var strayed atomic.Int32
	var next, cookie atomic.Value
	other := serve(t, func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	here := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "abc", Path: "/"})
		w.Header().Set("Strict-Transport-Security", "max-age=9")
		w.Header().Set("Alt-Svc", `h2="evil.example:443"`)
		w.Header().Set("Refresh", "0; url="+other)
		w.Header().Set("Link", "<"+other+`>; rel="next"`)
		cookie.Store(r.Header.Get("Cookie"))
		if to, _ := next.Load().(string); r.URL.Path == "/go" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	})
	c := client(t, here)
	for _, to := range []string{
		other + "/x", strings.Replace(here, "http://", "https://", 1) + "/x", strings.Replace(here, "http://", "http://evil@", 1) + "/x",
		"//" + strings.TrimPrefix(other, "http://") + "/x", "file:///etc/passwd", "gopher://x/", strings.Replace(here, "127.0.0.1", "localhost", 1) + "/x",
		"javascript:alert(1)", "http:///x", "http://\x00/",
	} {
		next.Store(to)
		if _, err := c.Do(t.Context(), Request{Op: "go", Effect: Harmless, Method: "GET", Path: []string{"go"}}); err == nil {
			t.Errorf("%q was followed", to)
		}
		if _, err := c.Do(t.Context(), Request{Op: "go", Effect: Reads, Method: "GET", Path: []string{"go"}, Class: "x"}); err == nil {
			t.Errorf("%q was followed by a read", to)
		}
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("%d requests went astray", n)
	}
	if got := cookie.Load(); got != "" {
		t.Errorf("a cookie was sent back: %q", got)
	}
}

// Ids come from the wire and go into paths, queries and headers of later
// requests: whatever they hold, the request is the one that was meant.
func FuzzIDs(f *testing.F) {
	for _, s := range []string{"../../admin", "a?x=1#y", "a\r\nX-Evil: 1", "%2e%2e", "a/b\\c", "\x00", "é\u202e", "a;b=c", "//evil.example/", "..", "http://evil.example/", "a b&c=d"} {
		f.Add(s)
	}
	var got atomic.Pointer[http.Request]
	c, err := New(Config{Platform: "test", BaseURL: "https://h.example/p1", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got.Store(r)
		return ok(http.StatusOK), nil
	})})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		got.Store(nil)
		_, err := c.Do(t.Context(), Request{Op: "ask", Effect: Harmless, Method: "GET", Path: []string{"things", id, "parts"}, Query: map[string][]string{"q": {id}}})
		r := got.Load()
		if r == nil {
			if id != "" && id != "." && id != ".." {
				t.Errorf("%q: %v", id, err)
			}
			return
		}
		want := "/p1/things/" + id + "/parts"
		if r.URL.Host != "h.example" || r.URL.Path != want || r.URL.Query().Get("q") != id || r.URL.Fragment != "" || strings.Count(r.URL.EscapedPath(), "/") != 4 {
			t.Errorf("%q led to %s", id, r.URL)
		}
	})
}

// FuzzLinks: a link of the platform leads to its own origin or nowhere.
func FuzzLinks(f *testing.F) {
	for _, s := range []string{"/a?b=c", "https://h.example/a", "https://evil.example/a", "//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "https://h.example@evil.example/",
		"https://h.example\\@evil.example/", "/..//evil.example", "/%2e%2e/a", "https://H.EXAMPLE/a", "/a\r\nHost: evil.example", "?x", "#y", "mailto:a@b"} {
		f.Add(s)
	}
	c := client(&testing.T{}, "https://h.example/p1")
	f.Fuzz(func(t *testing.T, link string) {
		to, err := c.resolveLink(link)
		if err == nil && !strings.HasPrefix(to, "https://h.example/") {
			t.Errorf("%q leads to %q", link, to)
		}
	})
}

// FuzzFile: the name and type of a file make one part of one form, whatever
// they hold.
func FuzzFile(f *testing.F) {
	f.Add("a.txt", "text/plain")
	f.Add("a\"; filename=\"b\r\nX-Evil: 1\r\n\r\nbody", "text/plain; a=\"b\r\nX-Evil: 1\"")
	f.Add("\x00\u202e", "text/plain\r\n\r\nbody")
	f.Fuzz(func(t *testing.T, name, kind string) {
		b, err := File("file", api.Upload{Name: name, MIME: kind, Size: 1, Body: strings.NewReader("x")})
		if err != nil {
			return
		}
		whole, err := io.ReadAll(b.stream)
		if err != nil || int64(len(whole)) != b.length {
			t.Fatalf("%d bytes, reported %d: %v", len(whole), b.length, err)
		}
		head, body, _ := bytes.Cut(whole, []byte("\r\n\r\n"))
		if lines := bytes.Split(head, []byte("\n")); len(lines) != 3 || !bytes.HasPrefix(body, []byte("x\r\n--")) {
			t.Errorf("%q of type %q makes %q", name, kind, whole)
		}
	})
}

// What a server repeats of the credential is taken out: of errors always, and
// of whole answers where it is too long to be somebody's word.
func TestScrub(t *testing.T) {
	const plain = `tok/en+with"signs"0123456789`
	all := new(credential)
	for _, next := range []func(http.Header){bearer(plain), basic("hunter2"), basic(""), basic("abc"), basic("abc")} {
		all = all.renewed(next)
	}
	if len(all.all) != 4 {
		t.Errorf("%d credentials are remembered of four", len(all.all))
	}
	s := all.redact
	quoted, _ := json.Marshal(plain)
	for _, form := range []string{plain, string(quoted), strings.ReplaceAll(plain, "/", `\/`), "tok%2Fen%2Bwith%22signs%220123456789"} {
		for _, got := range []string{s.text("bad " + form + "!"), string(s.body([]byte("bad " + form + "!")))} {
			if strings.Contains(got, "0123456789") || !strings.Contains(got, redactedMark) {
				t.Errorf("%q became %q", form, got)
			}
		}
	}
	if got := s.text("hunter2 abc"); got != redactedMark+" abc" {
		t.Errorf("a password: %q", got)
	}
	if got := string(s.body([]byte("hunter2"))); got != "hunter2" {
		t.Errorf("a customer's word: %q", got)
	}
}

func bearer(token string) func(http.Header) {
	return func(h http.Header) { h.Set("Authorization", "Bearer "+token) }
}

func basic(password string) func(http.Header) {
	return func(h http.Header) {
		r := http.Request{Header: h}
		r.SetBasicAuth("maya", password)
	}
}

// The token is taken out before a long explanation is cut, so that no half of
// it is left.
func TestTokenAtTheEdgeOfAnExplanation(t *testing.T) {
	for pad := range 40 {
		c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, strings.Repeat("x", maxSaid-40+pad)+" "+r.Header.Get("X-Token"))
		}))
		_, err := c.Do(t.Context(), write())
		if strings.Contains(err.Error(), token[:6]) {
			t.Errorf("after %d: %v", maxSaid-40+pad, err)
		}
	}
}
