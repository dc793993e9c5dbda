/// Words of another program or of a peer, made fit for a log and for a bounce.
enum TransportText {
    static let maximumBytes = 500

    /// The first line that is not empty: controls become `?`, what is not UTF-8 U+FFFD.
    static func firstLine(of output: [UInt8]) -> String {
        let lines = output.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        for line in lines {
            let text = clean(line)
            if !text.isEmpty { return text }
        }
        return ""
    }

    /// The bytes as one line: without spaces at either end, at most ``maximumBytes``.
    static func clean(_ line: ArraySlice<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
            let next = isControl(scalar) ? "?" : scalar
            guard text.utf8.count + UTF8.width(next) <= maximumBytes else { break }
            if !text.isEmpty || next != " " { text.unicodeScalars.append(next) }
        }
        while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
        return text
    }

    /// C0, DEL, C1, and the two that Unicode has for line ends.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}
