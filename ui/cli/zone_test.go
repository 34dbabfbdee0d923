package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestZonesInEveryForm(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("/usr/share/zoneinfo", "Asia/Kolkata"))
	file := filepath.Join(t.TempDir(), "zone")
	if err == nil {
		os.WriteFile(file, data, 0o600)
	} else {
		file = "Asia/Kolkata" // from what is embedded
	}
	for name, want := range map[string][2]int{ // minutes east of UTC in January and July
		"Europe/Berlin":               {60, 120},
		"CET-1CEST,M3.5.0,M10.5.0/3":  {60, 120},
		"CET-1CEST":                   {60, 120},
		"EST5EDT,M3.2.0,M11.1.0":      {-300, -240},
		"MSK-3":                       {180, 180},
		"<+0530>-5:30":                {330, 330},
		"NZST-12NZDT,M9.5.0,M4.1.0/3": {780, 720},
		"UTC":                         {0, 0},
		"UTC+3":                       {-180, -180},
		file:                          {330, 330},
	} {
		zone, err := findZone(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, month := range []time.Month{time.January, time.July} {
			if _, offset := time.Date(2026, month, 15, 12, 0, 0, 0, time.UTC).In(zone).Zone(); offset != want[i]*60 {
				t.Errorf("%s in %s: %d minutes, want %d", name, month, offset/60, want[i])
			}
		}
	}
	for _, name := range []string{"Europe/Berlinn", "Berlin", "CET-1CEST,M3.5", "+3", "MSK-3x", "/nowhere/zone", "../x", "CET-1CEST,M13.5.0,M10.5.0"} {
		if zone, err := findZone(name); err == nil {
			t.Errorf("%s is %v", name, zone)
		}
	}
}

// The rule changes on the day and hour on which the zone that it describes does.
func TestARuleChangesWithItsZone(t *testing.T) {
	rule, err := findZone("CET-1CEST,M3.5.0,M10.5.0/3")
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2028; at = at.Add(time.Hour) {
		name, offset := at.In(rule).Zone()
		if want, seconds := at.In(berlin).Zone(); name != want || offset != seconds {
			t.Fatalf("%v: %s %d, want %s %d", at, name, offset, want, seconds)
		}
	}
}
