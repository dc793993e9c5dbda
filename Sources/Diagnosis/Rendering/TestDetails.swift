import Sieve

/// What a test looked at, line by line.
enum TestDetails {
    static func lines(_ test: TestTrace) -> [String] {
        var lines: [String] = []
        if let comparison = test.comparison { lines.append(line(comparison, test.addressPart)) }
        for (number, source) in test.sources.enumerated() { lines += self.lines(source, number, test) }
        for value in test.values where value.source == nil { lines.append(line(value, decodedFrom: nil)) }
        if test.omittedValues > 0 { lines.append("and \(test.omittedValues) more values") }
        for (index, capture) in test.captures.enumerated() where index > 0 {
            lines.append("${\(index)} = \"\(ShownText.line(capture))\"")
        }
        return lines
    }

    private static func line(_ comparison: TestTrace.Comparison, _ part: String?) -> String {
        var keys = comparison.keys.map { "\"\(ShownText.line($0))\"" }.joined(separator: ", ")
        let more = comparison.keyCount - comparison.keys.count
        if more > 0 { keys += " and \(more) more" }
        let partText = part.map { $0 == "all" ? "" : ":\($0) " } ?? ""
        return "\(partText):\(comparison.matchType) \(keys)  (\(comparison.comparator))"
    }

    private static func lines(_ source: TestTrace.Source, _ number: Int, _ test: TestTrace) -> [String] {
        let name =
            source.kind == .header
            ? "\(ShownText.line(source.name)):" : "\(source.kind.rawValue) \(ShownText.line(source.name)):"
        let values = test.values.filter { $0.source == number }
        if test.name == "exists" || (values.isEmpty && test.comparison == nil) {
            return source.raw.isEmpty
                ? ["\(name) there is none"] : ["\(name) \(ShownText.line(source.raw[0]))"]
        }
        guard !values.isEmpty else {
            return source.raw.isEmpty
                ? ["\(name) there is none"]
                : source.raw.map { "\(name) \(ShownText.line($0)), of which nothing counts" }
        }
        let isWhole = test.name == "header" && values.count <= source.raw.count
        return values.enumerated().map { index, value in
            let raw = isWhole ? source.raw[index] : source.raw.count == 1 ? source.raw[0] : nil
            return "\(name) " + line(value, decodedFrom: raw)
        }
    }

    private static func line(_ value: TestTrace.Value, decodedFrom raw: TracedText?) -> String {
        let shown = ShownText.line(value.text)
        var line = "\"\(shown)\""
        if let raw {
            let rawLine = trimmed(ShownText.line(raw))
            if rawLine != shown { line += "  from: \(rawLine)" }
        }
        if let key = value.matched { line += "  matches \"\(ShownText.line(key))\"" }
        return line
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while scalars.first == " " { scalars.removeFirst() }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
}
