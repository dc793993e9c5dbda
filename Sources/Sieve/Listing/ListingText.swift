extension ScriptListing {
    /// A line for each command and test: where it stands, its name and its arguments in the notation of scripts.
    ///
    /// The commands of a block are indented once below theirs, tests twice, tests of tests once. Tags that are not
    /// written, but in force, stand there too. Control characters appear as `\n`, `\t` or `\u{1b}`, so that a script
    /// cannot write escape sequences to a terminal.
    package var text: String {
        var text = ""
        let width = commands.map(\.widthOfPlaces).max() ?? 0
        for command in commands { command.add(to: &text, depth: 0, width: width) }
        return text
    }
}

extension ListedNode {
    private var place: String { "\(line):\(column)" }

    fileprivate var widthOfPlaces: Int {
        let inner = (tests + (block ?? [])).map(\.widthOfPlaces).max() ?? 0
        return max(inner, place.utf8.count)
    }

    fileprivate func add(to text: inout String, depth: Int, width: Int, testDepth: Int = 2) {
        text += place
        text += String(repeating: " ", count: width + 2 + 4 * depth - place.utf8.count)
        text += ([name] + unwrittenTags + arguments.map(\.notation)).joined(separator: " ")
        let variables = arguments.flatMap(\.strings).flatMap(\.variables)
        if !variables.isEmpty { text += "    # variables: " + variables.joined(separator: ", ") }
        text += "\n"
        for test in tests { test.add(to: &text, depth: depth + testDepth, width: width, testDepth: 1) }
        for command in block ?? [] { command.add(to: &text, depth: depth + 1, width: width) }
    }

    /// The tags that are in force without being written.
    private var unwrittenTags: [String] {
        guard let matching else { return [] }
        let written = arguments.compactMap { argument in
            if case .tag(let name) = argument { name } else { nil }
        }
        var tags: [String] = []
        if !written.contains("comparator") { tags.append(":comparator \"\(matching.comparator)\"") }
        if let part = matching.addressPart, !written.contains(part) { tags.append(":\(part)") }
        if !written.contains(matching.matchType) { tags.append(":\(matching.matchType)") }
        return tags
    }
}

extension ListedArgument {
    fileprivate var notation: String {
        switch self {
        case .tag(let name): ":\(name)"
        case .number(let number): "\(number)"
        case .string(let string): string.notation
        case .strings(let strings): "[" + strings.map(\.notation).joined(separator: ", ") + "]"
        }
    }
}

extension ListedString {
    fileprivate var notation: String {
        var text = "\""
        for scalar in bytes.text.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
