package record

import "time"

// Report is what unibox report prints: how fast customers were answered. Its numbers are there
// also where they are 0.
type Report struct {
	Schema int `json:"schema"`
	// From and To bound when answers were given.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// By is channel, day or agent.
	By string `json:"by"`
	// Hours is business where only the business hours of the config count, or else all.
	Hours   string          `json:"hours"`
	Rows    []ReportRow     `json:"rows"`
	Total   ReportRow       `json:"total"`
	History []ReportHistory `json:"history"`
}

// ReportRow is one channel, day or agent, or all of them.
type ReportRow struct {
	Name string `json:"name"`
	// Answered counts answers, Waiting customers without one at the end.
	Answered int `json:"answered"`
	Waiting  int `json:"waiting"`
	// First and Next are response times.
	First ReportTimes `json:"first"`
	Next  ReportTimes `json:"next"`
	// Within of Targeted answers with a target came in time.
	Within   int `json:"within_target"`
	Targeted int `json:"with_target"`
}

// ReportTimes sums up response times: half of them, and 90 of 100, are no longer.
type ReportTimes struct {
	Count  int   `json:"count"`
	Median int64 `json:"median_seconds"`
	P90    int64 `json:"p90_seconds"`
}

// ReportHistory says of an account how much of the report's time is stored here.
type ReportHistory struct {
	Account string `json:"account"`
	// Complete: nothing of that time is known to be missing.
	Complete bool `json:"complete"`
	// From is when the oldest stored message was written.
	From time.Time `json:"stored_from,omitzero"`
	// Short of Conversations lack messages of that time; Unlisted: there may be conversations
	// that are not known here.
	Conversations int  `json:"conversations"`
	Short         int  `json:"short_conversations,omitempty"`
	Unlisted      bool `json:"unlisted,omitempty"`
}
