package kit

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
)

// traps serve files that harm a careless client, by kind. They are served as
// /files/trap/KIND/NAME; the package documentation lists the kinds.
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
	"other":    redirect("https://files.example.invalid/elsewhere.jpg"),
	"local":    redirect("https://127.0.0.1:9/elsewhere.jpg"),
	"metadata": redirect("https://169.254.169.254/latest/meta-data/iam/"),
	"disk":     redirect("file:///etc/passwd"),
	"round":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
}

// redirect redirects to a URL.
func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

// give sends a body of a type.
func give(w http.ResponseWriter, kind, content string) {
	w.Header().Set("Content-Type", kind)
	// If the client has gone, there is nobody to answer.
	_, _ = w.Write([]byte(content))
}

// raw answers with a Content-Length that is not the length of the body.
func raw(w http.ResponseWriter, announced, sent int) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", announced, strings.Repeat("x", sent))
}

// endless sends until the client goes.
func endless(w http.ResponseWriter, _ *http.Request) {
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// stall sends a part of a body, and then nothing until the client goes.
func stall(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100000")
	give(w, "image/jpeg", strings.Repeat("x", 1000))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// packed sends 10 MB of zeros, compressed, to a client that did not ask for it.
func packed(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// Writing to a buffer does not fail.
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	give(w, "image/jpeg", b.String())
}

// named has a file name that leads into another folder.
func named(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Disposition", `attachment; filename="../../.ssh/authorized_keys"`)
	give(w, "text/plain", "ssh-ed25519 AAAA nobody")
}

// trap returns the handler of a path, if it is one of a trap.
func trap(where string) (http.HandlerFunc, bool) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(where, "/files/trap/"), "/")
	serve, ok := traps[kind]
	return serve, ok && strings.HasPrefix(where, "/files/trap/")
}
