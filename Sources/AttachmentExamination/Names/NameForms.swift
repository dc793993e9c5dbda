import MailMessage

/// The forms of a file's name that globs are held against, and what is wrong with a name.
///
/// A person sees one name, a reader of mail stores another, and Windows runs a third. Each name that occurs stands as it
/// is, and after it, where they differ:
/// - its last component, behind `/` and `\`;
/// - its plain form: look-alikes of Latin letters, digits and dots (full width, mathematical, Cyrillic, Greek) made
///   those, controls, bidirectional controls and what has no width left out, percent-encoding decoded, and what Windows
///   drops at the end dropped: dots, blanks, `::$DATA` and other streams, a class identifier.
///
/// The plain form is its own plain form.
enum NameForms {
    /// Most forms of one file.
    static var most: Int { 24 }

    /// All forms of the names, each once, those that occur first.
    static func all(of names: [String]) -> [String] {
        var forms: [String] = []
        func add(_ name: String) {
            let name = Inspection.clipped(name)
            if !name.isEmpty, forms.count < most, !forms.contains(name) { forms.append(name) }
        }
        for name in names { add(name) }
        for name in names.prefix(most) {
            let last = lastComponent(name)
            add(last)
            let plain = plain(name)
            if !equalButForCase(plain, last) { add(plain) }
            if let beforeNUL = name.unicodeScalars.firstIndex(of: "\0") { add(String(name[..<beforeNUL])) }
            if let stream = streamName(last) { add(stream) }
        }
        return forms
    }

    /// The extension of the plain form, in lower case; empty where there is none.
    static func fileExtension(_ name: String) -> String {
        let plain = plain(name)
        guard let dot = plain.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(plain[plain.utf8.index(after: dot)...]).lowercased()
    }

    /// The plain form: see the type.
    static func plain(_ name: String) -> String {
        var text = name
        for _ in 0..<4 {
            let next = trimmed(folded(percentDecoded(lastComponent(text))))
            if next == text { break }
            text = next
        }
        return text
    }

    static func lastComponent(_ name: String) -> String {
        var octets = Array(name.utf8)
        while octets.last == 0x2F || octets.last == 0x5C { octets.removeLast() }
        guard let slash = octets.lastIndex(where: { $0 == 0x2F || $0 == 0x5C }) else {
            return String(decoding: octets, as: UTF8.self)
        }
        return String(decoding: octets[(slash + 1)...], as: UTF8.self)
    }

    private static func folded(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars where !LookAlikes.isInvisible(scalar) && !isControl(scalar) {
            text.unicodeScalars.append(LookAlikes.plain(scalar))
        }
        return text
    }

    /// Without what Windows drops at the end of a name.
    private static func trimmed(_ name: String) -> String {
        var scalars = Array(name.unicodeScalars)
        // `x.exe:y` is a stream of x.exe; `C:x` is x on a drive.
        if scalars.count > 2, scalars[1] == ":", LookAlikes.isLatinLetter(scalars[0]) {
            scalars.removeFirst(2)
        }
        if let colon = scalars.firstIndex(of: ":"), colon > 0 { scalars.removeSubrange(colon...) }
        while true {
            while let last = scalars.last, last == "." || last.properties.isWhitespace {
                scalars.removeLast()
            }
            guard let brace = classIdentifier(scalars) else { break }
            scalars.removeSubrange(brace...)
        }
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    /// Where `.{00000000-0000-0000-0000-000000000000}` begins at the end.
    private static func classIdentifier(_ scalars: [Unicode.Scalar]) -> Int? {
        guard scalars.count > 39, scalars.last == "}" else { return nil }
        let dot = scalars.count - 39
        guard scalars[dot] == ".", scalars[dot + 1] == "{" else { return nil }
        let isHexadecimal = scalars[(dot + 2)..<(scalars.count - 1)].allSatisfy {
            $0 == "-" || $0.properties.isASCIIHexDigit
        }
        return isHexadecimal ? dot : nil
    }

    /// What stands behind a colon: some readers show that.
    private static func streamName(_ name: String) -> String? {
        let octets = Array(name.utf8)
        guard let colon = octets.lastIndex(of: UInt8(ascii: ":")), colon > 1, colon < octets.count - 1 else {
            return nil
        }
        return String(decoding: octets[(colon + 1)...], as: UTF8.self)
    }

    static func percentDecoded(_ name: String) -> String {
        let octets = Array(name.utf8)
        guard octets.contains(UInt8(ascii: "%")) else { return name }
        return String(decoding: PercentEncoding.decodeWhatIsRight(octets), as: UTF8.self)
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    private static func equalButForCase(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { $0.asLowerCase == $1.asLowerCase }
    }
}
