// Package scp writes the command by which an agent fetches a file from the machine that
// unibox runs on, over SSH mostly, to the one that they sit at.
package scp

import (
	"net"
	"strings"
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
func (m Machine) Line(paths ...string) string {
	if m.At == "" || len(paths) == 0 {
		return ""
	}
	words := []string{"scp"}
	if m.Port != "" {
		words = append(words, "-P", quote(m.Port))
	}
	for _, path := range paths {
		words = append(words, quote(m.At+":"+path))
	}
	return strings.Join(append(words, "."), " ")
}

// quote makes one word of s for a shell.
func quote(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
