extension EncodedWords {
    /// RFC 2047 §2: no word is longer than this.
    package static let longestWord = 75
    /// The shortest room into which a word is put: the frame, and one character of four octets in `Q`.
    package static let shortestRoom = 24

    /// `text` as encoded words in UTF-8, each at most ``longestWord`` long, the first at most `firstRoom`.
    ///
    /// `Q` is taken unless most octets would be escaped: a person can read it. It leaves only those characters as they are that
    /// RFC 2047 §5 (3) allows within a phrase, so that the words can stand in any field. No character is split.
    package static func encode(_ text: String, firstRoom: Int = longestWord) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        let total = bytes.reduce(0) { $0 + lengthInQ(of: $1) }
        let usesQ = total <= bytes.count * 2
        var words: [[UInt8]] = []
        var piece: [UInt8] = []
        var pieceLength = 0
        for character in text.unicodeScalars {
            let octets = Array(String(character).utf8)
            let room =
                max(min(words.isEmpty ? firstRoom : longestWord, longestWord), shortestRoom) - frameLength
            let added = octets.reduce(0) { $0 + lengthInQ(of: $1) }
            let length = usesQ ? pieceLength + added : (piece.count + octets.count + 2) / 3 * 4
            if length > room, !piece.isEmpty {
                words.append(word(piece, usesQ: usesQ))
                piece = []
                pieceLength = 0
            }
            piece += octets
            pieceLength += added
        }
        if !piece.isEmpty { words.append(word(piece, usesQ: usesQ)) }
        return words
    }

    /// `=?UTF-8?Q?` and `?=`.
    private static let frameLength = 12

    private static func word(_ piece: [UInt8], usesQ: Bool) -> [UInt8] {
        var word = Array((usesQ ? "=?UTF-8?Q?" : "=?UTF-8?B?").utf8)
        if usesQ {
            for byte in piece {
                if byte == ASCII.space {
                    word.append(ASCII.underscore)
                } else if isPlainInQ(byte) {
                    word.append(byte)
                } else {
                    QuotedPrintable.appendEscape(byte, to: &word)
                }
            }
        } else {
            word += Base64.encode(piece.span, lineLength: nil)
        }
        return word + [ASCII.questionMark, ASCII.equals]
    }

    private static func lengthInQ(of byte: UInt8) -> Int {
        byte == ASCII.space || isPlainInQ(byte) ? 1 : 3
    }

    private static func isPlainInQ(_ byte: UInt8) -> Bool {
        if byte.isLetter || byte.isDigit { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), ASCII.hyphen, ASCII.slash: return true
        default: return false
        }
    }
}
