package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// heads are the columns of a table and of CSV.
var heads = []string{"answered", "waiting", "first", "first median s", "first 90 % s", "next", "next median s", "next 90 % s", "with target", "within target"}

func (r Row) numbers() []int64 {
	return []int64{int64(r.Answered), int64(r.Waiting), int64(r.First.Count), r.First.Median, r.First.P90, int64(r.Next.Count), r.Next.Median, r.Next.P90, int64(r.Targeted), int64(r.Within)}
}

// CSV writes rows as CSV, with times in seconds. No cell begins a formula: what would is
// written with an apostrophe before it, as spreadsheets take text.
func CSV(out io.Writer, by By, rows []Row) error {
	w := csv.NewWriter(out)
	if err := w.Write(append([]string{string(by)}, heads...)); err != nil {
		return err
	}
	for _, row := range rows {
		cells := []string{plain(row.Name)}
		for _, n := range row.numbers() {
			cells = append(cells, fmt.Sprint(n))
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// plain is a text that no spreadsheet takes for a formula.
func plain(s string) string {
	if trimmed := strings.TrimLeft(s, " \t\r\n"); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@|%") || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}
