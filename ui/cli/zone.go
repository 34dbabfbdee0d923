package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // where the machine has no zoneinfo

	"unibox/ui/catalog"
)

// setZone makes the local time that of TZ, or of the machine, also in the forms that
// Go does not read, and says what it could not understand, "" if nothing: the times
// are UTC then. It is called before anything else runs.
func setZone() (problem catalog.Message) {
	name, set := os.LookupEnv("TZ")
	if !set {
		name = systemZone()
	}
	zone, err := findZone(strings.TrimPrefix(name, ":"))
	if err != nil {
		time.Local = time.UTC
		return catalog.Say("TZ is %q, which is not a time zone, so times are shown in UTC; use a name such as Europe/Berlin, or a rule such as CET-1CEST,M3.5.0,M10.5.0/3", name)
	}
	if zone != nil {
		time.Local = zone
	}
	return catalog.Message{}
}

// localtime is the machine's own zone: a file, or a link to one.
const localtime = "/etc/localtime"

// systemZone is the name of the machine's zone where Go cannot read it: the link is
// there, and what it leads to is not. Otherwise it is "".
func systemZone() string {
	if _, err := os.Stat(localtime); err == nil {
		return ""
	}
	to, err := os.Readlink(localtime)
	if err != nil {
		return ""
	}
	_, name, _ := strings.Cut(to, "zoneinfo/")
	return name
}

// findZone finds a zone by what TZ may say: a name, a file, or a rule of POSIX. It is
// nil for "", which leaves the zone as Go found it.
func findZone(name string) (*time.Location, error) {
	switch {
	case name == "":
		return nil, nil
	case filepath.IsAbs(name):
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return time.LoadLocationFromTZData(filepath.Base(name), data)
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		return zone, nil
	}
	return posixZone(name)
}

// unread is the name of the time that holds while a rule is not understood.
const unread = "unread"

// posixZone makes a zone of a rule such as "CET-1CEST,M3.5.0,M10.5.0/3". Go reads
// such rules at the end of a zone's file only (RFC 8536), so it gets a file that is
// nothing else.
func posixZone(rule string) (*time.Location, error) {
	var file bytes.Buffer
	for range 2 { // the header and the one time of version 1, then those of version 2
		file.WriteString("TZif2" + strings.Repeat("\x00", 15))
		for _, count := range []byte{0, 0, 0, 0, 1, byte(len(unread) + 1)} {
			file.Write([]byte{0, 0, 0, count})
		}
		file.Write([]byte{0, 0, 0, 0, 0, 0}) // offset, no summer time, name
		file.WriteString(unread + "\x00")
	}
	file.WriteString("\n" + rule + "\n")
	zone, err := time.LoadLocationFromTZData(rule, file.Bytes())
	if err != nil {
		return nil, err
	}
	for month := range 12 {
		at := time.Date(2026, time.Month(month+1), 15, 0, 0, 0, 0, time.UTC)
		if name, _ := at.In(zone).Zone(); name == unread {
			return nil, catalog.Errorf("%q is no time zone", rule)
		}
	}
	return zone, nil
}
