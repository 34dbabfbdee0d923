package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"unibox/api"
	"unibox/state"
)

// Peek reads an attachment into memory and saves nothing: the file if it was saved, else from
// its address, under the rules of [Downloads.Save]. One of more than most bytes is refused.
// An error is context.Canceled, or the words of a sentence after "it cannot be shown: ".
func (d *Downloads) Peek(ctx context.Context, id state.FileID, a api.Attachment, most int64) ([]byte, error) {
	if t := d.Transfer(id); t.Status == state.TransferSaved {
		if data, err := readSaved(t.Path, most); !errors.Is(err, os.ErrNotExist) {
			return data, peekError(d, err, most)
		}
	}
	if err := d.slot(ctx); err != nil {
		return nil, err
	}
	defer func() { <-d.slots }()
	var data bytes.Buffer
	err := d.fetch(ctx, originOf(d.servers[id.Message.Account]), a.URL, &data, most, func(int64, int64) {})
	if err != nil {
		return nil, peekError(d, err, most)
	}
	return data.Bytes(), nil
}

// readSaved reads a file that was saved.
func readSaved(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = errTooLarge
	}
	return data, err
}

func peekError(d *Downloads, err error, most int64) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errTooLarge):
		return Refusal(fmt.Sprintf("it is larger than %s", size(most)))
	}
	return Refusal(d.why(err))
}
