package state

import (
	"strconv"

	"unibox/api"
)

// FileID names an attachment of a message.
type FileID struct {
	Message api.MessageID
	// File is the platform's id of the file, or its number in the message.
	File string
}

// FileOf names a message's i-th attachment.
func FileOf(m api.Message, i int) FileID {
	if remote := m.Attachments[i].Remote; remote != "" {
		return FileID{m.ID, remote}
	}
	return FileID{m.ID, "#" + strconv.Itoa(i)}
}

// TransferStatus is how far bringing a file here has come.
type TransferStatus uint8

// The states of a transfer. TransferNone: nobody asked for the file, or it was
// cancelled.
const (
	TransferNone TransferStatus = iota
	TransferWaiting
	TransferRunning
	TransferSaved
	TransferFailed
)

// Transfer is how bringing an attachment to this machine goes. Nothing of it
// outlives the program but the file.
type Transfer struct {
	Status TransferStatus
	// Got is how many bytes came so far, Total how many are announced; 0 if
	// nobody said.
	Got, Total int64
	// Path is where the file was saved, a whole path.
	Path string
	// Odd says what the file really is where its name says otherwise, or where
	// it can do harm: "named .jpg, is a program", "a program".
	Odd string
	// Why says why it failed and what to do, as words after "not saved: ".
	Why string
}

// UnderWay reports whether the transfer can be cancelled.
func (t Transfer) UnderWay() bool {
	return t.Status == TransferWaiting || t.Status == TransferRunning
}

// Percent returns how much came, 0 to 100, and whether that is known.
func (t Transfer) Percent() (int, bool) {
	if t.Total <= 0 || t.Got > t.Total {
		return 0, false
	}
	return int(t.Got * 100 / t.Total), true
}
