// Package scp writes the command by which an agent fetches a file from the machine that
// unibox runs on, over SSH mostly, to the one that they sit at.
package scp

import (
	"net"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Machine is how the machine that unibox runs on is reached from elsewhere.
type Machine struct {
	// At is user@host, Port the port of SSH, empty for the usual one.
	At, Port string
}

// Here finds out the machine: what is configured as user@host, or user@host:port, counts; else the
// address that the SSH connection came in at, by SSH_CONNECTION; else the machine's name.
func Here(configured, connection, user, hostname string) Machine {
	if configured != "" {
		if at, port, ok := strings.Cut(configured, ":"); ok && !strings.Contains(port, ":") {
			return Machine{at, port}
		}
		return Machine{At: configured}
	}
	m := Machine{At: hostname}
	if fields := strings.Fields(connection); len(fields) == 4 && net.ParseIP(fields[2]) != nil {
		m.At = fields[2]
		if strings.Contains(m.At, ":") {
			m.At = "[" + m.At + "]"
		}
		if fields[3] != "22" {
			m.Port = fields[3]
		}
	}
	if user != "" && m.At != "" {
		m.At = user + "@" + m.At
	}
	return m
}

// Line is the command for a shell there; it brings the files into the folder that it is
// typed in. It is empty where the machine is not known.
//
// The paths are of customers. A scp before OpenSSH 9.0 hands a path to the shell of the
// machine that it is on, so that quoting it for the shell here is not enough: a path that
// is not [Plain] goes by SFTP, which knows no shell. A scp that cannot do that (before 8.7)
// knows no -s, and does nothing.
func (m Machine) Line(paths ...string) string {
	if m.At == "" || len(paths) == 0 {
		return ""
	}
	words, named := []string{"scp"}, func(path string) string { return path }
	if !Plain(paths...) {
		words, named = append(words, "-s"), glob.Replace // for SFTP a path is a pattern
	}
	if m.Port != "" {
		words = append(words, "-P", quote(m.Port))
	}
	for _, path := range paths {
		words = append(words, quote(m.At+":"+named(path)))
	}
	return strings.Join(append(words, "."), " ")
}

var glob = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)

// Plain reports whether no shell finds anything in the paths but a word each.
func Plain(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool {
		return path == "" || strings.ContainsFunc(path, func(r rune) bool {
			return !strings.ContainsRune("_-./@:+,=%", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) || r == utf8.RuneError
		})
	})
}

// quote makes one word of s for a shell.
func quote(s string) string {
	if Plain(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
