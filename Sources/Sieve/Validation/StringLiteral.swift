extension Validator {
    /// The string with its variables; nil after an error.
    ///
    /// First the quoting is undone, then encoded characters are decoded, then variables are looked for
    /// (RFC 5228 §2.4.2.4, RFC 5229 §3).
    mutating func text(_ string: SyntaxString) -> Text? {
        guard let bytes = literal(string) else { return nil }
        return text(bytes, at: string.position)
    }

    /// What ``literal(_:)`` has made of a string, with its variables; nil after an error.
    mutating func text(_ bytes: [UInt8], at position: Position) -> Text? {
        guard language.expandsVariables, bytes.contains(0x24) else { return .literal(bytes) }
        return template(bytes, at: position)
    }

    /// All strings with their variables; nil after an error in one of them.
    mutating func texts(_ strings: some Collection<SyntaxString>) -> [Text]? {
        var texts: [Text] = []
        texts.reserveCapacity(strings.count)
        for string in strings {
            if let text = text(string) { texts.append(text) }
        }
        return texts.count == strings.count ? texts : nil
    }

    /// The string with its quoting undone and its encoded characters decoded.
    mutating func literal(_ string: SyntaxString) -> [UInt8]? {
        var bytes: [UInt8]
        if string.isPlain {
            bytes = [UInt8](source[string.range])
        } else if string.isMultiline {
            bytes = multilineText(string.range)
        } else {
            bytes = unescaped(string)
        }
        guard bytes.count <= limits.stringBytes else {
            diagnostics.error(
                .scriptTooLong, at: string.position, "string is longer than \(limits.stringBytes) octets")
            return nil
        }
        if !bytes.isUTF8 {
            diagnostics.warning(
                .invalidUTF8, at: string.position, "string is not UTF-8", hint: "save the script as UTF-8")
        }
        if language.decodesCharacters, bytes.contains(0x24) {
            guard let decoded = EncodedCharacters.decode(bytes, at: string.position, &diagnostics) else {
                return nil
            }
            bytes = decoded
        }
        return bytes
    }

    /// A quoted string without its backslashes; a line end becomes CRLF, however the script is stored.
    private mutating func unescaped(_ string: SyntaxString) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(string.range.count)
        var index = string.range.lowerBound
        var warned = false
        while index < string.range.upperBound {
            var byte = source[index]
            if byte == 0x5C, index + 1 < string.range.upperBound {
                index += 1
                byte = source[index]
                if byte != 0x22, byte != 0x5C, !warned {
                    warned = true
                    let position = place(of: index - 1, in: string)
                    diagnostics.warning(
                        .unneededEscape, at: position, "the \\ has no meaning here and is left out",
                        hint: "a backslash in a string is written \\\\")
                }
            }
            if byte == 0x0A, bytes.last != 0x0D { bytes.append(0x0D) }
            bytes.append(byte)
            index += 1
        }
        return bytes
    }

    /// A multi-line string: dots that were doubled at line starts are single again, lines end in CRLF.
    private func multilineText(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count + range.count / 32)
        var atLineStart = true
        for index in range {
            let byte = source[index]
            // RFC 5228 §8.1: a line that begins with a dot has had another put in front.
            if atLineStart, byte == 0x2E, index + 1 < range.upperBound, source[index + 1] == 0x2E {
                atLineStart = false
                continue
            }
            atLineStart = byte == 0x0A
            if byte == 0x0A, bytes.last != 0x0D { bytes.append(0x0D) }
            bytes.append(byte)
        }
        return bytes
    }

    private func place(of offset: Int, in string: SyntaxString) -> Position {
        let breaks = source[string.range.lowerBound..<offset].reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
        return Position(offset: offset, line: string.position.line + breaks)
    }
}
