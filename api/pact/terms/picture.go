package terms

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// Picture decodes a QR code, which is a data URL of a PNG; nil if it is none
// (api/pact/REFERENCE.md "Connecting WhatsApp", "p2 channels").
func Picture(dataURL string) []byte {
	_, encoded, _ := strings.Cut(dataURL, ",")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !bytes.HasPrefix(data, []byte("\x89PNG\r\n")) {
		return nil
	}
	return data
}
