package pgtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Server is a server of a test's own, which may be killed.
type Server struct {
	tb     testing.TB
	folder string
}

// NewServer starts one.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	Socket(tb) // where there is none, there may be no PostgreSQL at all
	folder, err := os.MkdirTemp("/tmp", "unibox-pg-")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{tb, folder}
	tb.Cleanup(func() { s.script("stop") })
	s.script("start")
	return s
}

// script runs .ci/postgres.
func (s *Server) script(does string) {
	s.tb.Helper()
	_, file, _, _ := runtime.Caller(0)
	top := filepath.Join(filepath.Dir(file), "..", "..", "..")
	out, err := exec.CommandContext(context.Background(), filepath.Join(top, ".ci", "postgres"), does, s.folder).CombinedOutput()
	if err != nil {
		s.tb.Fatalf(".ci/postgres %s: %v\n%s", does, err, out)
	}
}

// Database makes an empty database there.
func (s *Server) Database() string {
	s.tb.Helper()
	const name = "team"
	run(s.tb, address(s.folder, "postgres"), "CREATE DATABASE "+name)
	return address(s.folder, name)
}

// Restart ends the server at once, as kill -9 does, and starts it again.
func (s *Server) Restart() {
	s.tb.Helper()
	s.script("restart")
}

// Copy copies a database as it is now under another name, as a backup does, and returns
// how the copy is reached. Nobody may be connected to it.
func Copy(tb testing.TB, database string) string {
	tb.Helper()
	_, name, _ := strings.Cut(database, "dbname=")
	run(tb, address(Socket(tb), "postgres"), "CREATE DATABASE "+name+"_copy TEMPLATE "+name)
	tb.Cleanup(func() { run(tb, address(Socket(tb), "postgres"), "DROP DATABASE "+name+"_copy WITH (FORCE)") })
	return database + "_copy"
}
