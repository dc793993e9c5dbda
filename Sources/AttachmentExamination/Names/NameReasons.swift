extension NameForms {
    /// What is wrong with the names of one file: reasons to take it for something that it is not. Each once.
    static func reasons(for names: [String]) -> [String] {
        var reasons: [String] = []
        func add(_ reason: String?) {
            if let reason, !reasons.contains(reason) { reasons.append(reason) }
        }
        for name in names.prefix(most) {
            let scalars = Array(name.unicodeScalars)
            add(scalarReason(scalars))
            add(lengthReason(name))
            add(endReason(scalars))
            add(encodingReason(name))
            add(pathReason(name))
            add(extensionReason(name, scalars))
        }
        let extensions = Set(names.prefix(most).map { fileExtension($0) }.filter { !$0.isEmpty })
        if extensions.count > 1 { add("names with different extensions") }
        return reasons
    }

    private static func scalarReason(_ scalars: [Unicode.Scalar]) -> String? {
        if scalars.contains("\0") { return "NUL" }
        if scalars.contains(where: { isControl($0) && $0 != "\t" }) { return "control characters" }
        if scalars.contains(where: LookAlikes.isBidirectionalControl) { return "bidirectional controls" }
        for (index, scalar) in scalars.enumerated() where LookAlikes.isInvisible(scalar) {
            // Between letters of scripts that join, and within emoji, they have a meaning.
            let before = index > 0 ? scalars[index - 1] : "a"
            let after = index + 1 < scalars.count ? scalars[index + 1] : "a"
            if before.isASCII || after.isASCII { return "characters without width" }
        }
        return nil
    }

    private static func lengthReason(_ name: String) -> String? {
        if name.utf8.count > 255 { return "longer than any file's name" }
        var blanks = 0
        for octet in name.utf8 {
            blanks = octet == 0x20 || octet == 0x09 ? blanks + 1 : 0
            if blanks >= 8 { return "many blanks" }
        }
        return nil
    }

    private static func endReason(_ scalars: [Unicode.Scalar]) -> String? {
        guard let last = scalars.last, scalars.contains(where: { $0 != "." }) else { return nil }
        if last == "." { return "dots at the end" }
        return last.properties.isWhitespace ? "blanks at the end" : nil
    }

    private static func encodingReason(_ name: String) -> String? {
        let octets = name.lowercased().utf8
        for sign in ["%00", "%2e", "%2f", "%5c", "%3a"] where contains(Array(octets), Array(sign.utf8)) {
            return "percent-encoding that hides \(sign)"
        }
        if name.utf8.last == UInt8(ascii: "}"), contains(Array(octets), Array(".{".utf8)) {
            return "class identifier"
        }
        return nil
    }

    private static func contains(_ octets: [UInt8], _ wanted: [UInt8]) -> Bool {
        octets.span.firstOffset(of: wanted) != nil
    }

    private static func pathReason(_ name: String) -> String? {
        let octets = Array(name.utf8)
        let components = octets.split(omittingEmptySubsequences: false) { $0 == 0x2F || $0 == 0x5C }
        if components.contains(where: { $0.elementsEqual("..".utf8) }) { return "leads out of its directory" }
        if components.count > 1, components.first?.isEmpty == true { return "absolute path" }
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        if colon == 1, octets[0].isASCIILetterOrDigit { return "absolute path" }
        // A colon with a blank behind it is punctuation: `Re: minutes.txt`.
        let rest = octets[(colon + 1)...]
        let isStream = rest.first == UInt8(ascii: ":") || octets[..<colon].contains(UInt8(ascii: "."))
        return isStream && rest.first != 0x20 && !rest.isEmpty ? "alternate data stream" : nil
    }

    private static func extensionReason(_ name: String, _ scalars: [Unicode.Scalar]) -> String? {
        if scalars.contains(where: { $0 != "." && LookAlikes.plain($0) == "." }) {
            return "characters like a dot"
        }
        let plainParts = plain(name).lowercased().utf8.split(separator: UInt8(ascii: "."))
            .map { String(decoding: $0, as: UTF8.self) }
        if plainParts.count > 2, let last = plainParts.last, FileExtensions.runs(last),
            FileExtensions.isHarmless(trimmedBlanks(plainParts[plainParts.count - 2]))
        {
            return "double extension"
        }
        // The extension as it is written, what cannot be seen aside.
        let visible = scalars.filter { !LookAlikes.isInvisible($0) && !isControl($0) }
        guard let dot = visible.lastIndex(where: { LookAlikes.plain($0) == "." }) else { return nil }
        let written = visible[(dot + 1)...]
        let isDisguised =
            (1...8).contains(written.count)
            && written.contains { !$0.isASCII && LookAlikes.plain($0).isASCII }
        return isDisguised ? "letters like Latin ones in the extension" : nil
    }

    private static func trimmedBlanks(_ text: String) -> String {
        String(decoding: Array(text.utf8).trimmed, as: UTF8.self)
    }
}
