package kit

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
)

// A trap is a file that does harm to who fetches it without care. It is served
// under /files/trap/, by its kind and then any name; the package documentation
// says what the kinds do.
var traps = map[string]http.HandlerFunc{
	"short":   func(w http.ResponseWriter, _ *http.Request) { raw(w, 1000, 400) },
	"long":    func(w http.ResponseWriter, _ *http.Request) { raw(w, 400, 1000) },
	"endless": endless,
	"stall":   stall,
	"packed":  packed,
	"program": func(w http.ResponseWriter, _ *http.Request) {
		give(w, "image/jpeg", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 64))
	},
	"script": func(w http.ResponseWriter, _ *http.Request) { give(w, "text/plain", "#!/bin/sh\nid\n") },
	"page": func(w http.ResponseWriter, _ *http.Request) {
		give(w, "image/jpeg", "<!DOCTYPE html><title>Sign in</title>")
	},
	"named":    named,
	"gone":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
	"other":    leads("https://files.example.invalid/elsewhere.jpg"),
	"local":    leads("https://127.0.0.1:9/elsewhere.jpg"),
	"metadata": leads("https://169.254.169.254/latest/meta-data/iam/"),
	"disk":     leads("file:///etc/passwd"),
	"round":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
}

func leads(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func give(w http.ResponseWriter, kind, content string) {
	w.Header().Set("Content-Type", kind)
	// A client that went away is no concern of ours.
	_, _ = w.Write([]byte(content))
}

// raw answers with a length that is not the body's.
func raw(w http.ResponseWriter, announced, sent int) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", announced, strings.Repeat("x", sent))
}

// endless sends until nobody listens.
func endless(w http.ResponseWriter, _ *http.Request) {
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// stall sends a part, and then nothing until the client goes.
func stall(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100000")
	give(w, "image/jpeg", strings.Repeat("x", 1000))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// packed sends 10 MB of nothing in a few bytes, for who unpacks it.
func packed(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// Writing to a buffer does not fail.
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	give(w, "image/jpeg", b.String())
}

// named asks to be saved somewhere else.
func named(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Disposition", `attachment; filename="../../.ssh/authorized_keys"`)
	give(w, "text/plain", "ssh-ed25519 AAAA nobody")
}

// trap finds what serves a path below /files/trap/.
func trap(where string) (http.HandlerFunc, bool) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(where, "/files/trap/"), "/")
	serve, ok := traps[kind]
	return serve, ok && strings.HasPrefix(where, "/files/trap/")
}
