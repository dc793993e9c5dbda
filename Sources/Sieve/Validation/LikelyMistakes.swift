/// What a script may say, and its author has hardly meant.
extension Validator {
    /// Behind a command that ends the script, or the loop, nothing of its block is executed.
    mutating func warnOfUnreachable(_ node: SyntaxNode) {
        guard let ending, language.command(node.name) != nil else { return }
        // Once: all commands behind it are in the same case.
        self.ending = nil
        diagnostics.warning(
            .unreachableCommand, at: node.position,
            "\(text(node.nameRange)) is never executed: \(ending) stands before it",
            hint: "put it in front of \(ending), or leave it out")
    }

    mutating func warnOfUnreachableBranch(_ node: SyntaxNode) {
        guard let line = decidingLine else { return }
        diagnostics.warning(
            .unreachableBranch, at: node.position,
            "this \(text(node.nameRange)) is never reached: the test at line \(line) is always true",
            hint: "leave the branch out, or begin it with if")
    }

    mutating func warnOfKey(_ key: [UInt8], _ matchType: any MatchType, at position: Position) {
        let isContains = type(of: matchType) == ContainsMatchType.self
        guard isContains || type(of: matchType) == MatchesMatchType.self else { return }
        if isContains, key.isEmpty {
            diagnostics.warning(
                .emptyKey, at: position, "every value contains the empty key",
                hint: "the exists test asks whether there is a field")
        }
        if !isContains, !key.isEmpty, !key.contains(0x2A), !key.contains(0x3F) {
            diagnostics.warning(
                .missingWildcard, at: position, "the pattern \"\(key.text)\" has no wildcard",
                hint: ":matches compares the whole value: write :is for that, or \"*\(key.text)*\" for a part"
            )
        }
    }

    mutating func warnOfHeaderTest(_ names: [HeaderReference], _ matcher: Matcher, at position: Position) {
        guard type(of: matcher.type) == IsMatchType.self else { return }
        for case .literal(let key) in matcher.texts {
            if let first = key.first, let last = key.last, first.isBlank || last.isBlank {
                diagnostics.warning(
                    .neverTrue, at: position, "no field is \"\(key.text)\"",
                    hint: "blanks at the ends of a field are not compared: leave them out of the key")
            } else if key.isBareAddress, let name = firstAddressField(of: names) {
                diagnostics.warning(
                    .addressInHeaderTest, at: position,
                    "header compares all of \(name), with the name and the brackets around an address",
                    hint: "write address :is \"\(name)\" \"\(key.text)\"")
                return
            }
        }
    }

    private func firstAddressField(of names: [HeaderReference]) -> String? {
        for case .slot(let slot) in names where headerNames.names.indices.contains(slot) {
            let name = headerNames.names[slot].text
            if Self.fieldsWithNames.contains(name) { return name }
        }
        return nil
    }

    /// Those in which people's names stand beside their addresses.
    private static var fieldsWithNames: [String] {
        ["from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc"]
    }

    mutating func warnOfSeparator(_ mailbox: Text, at position: Position) {
        guard let separator = mailboxSeparator, case .literal(let name) = mailbox else { return }
        let other: UInt8 = separator == 0x2F ? 0x2E : 0x2F
        guard name.contains(other), !name.contains(separator) else { return }
        let shown = name.map { $0 == other ? separator : $0 }.text
        diagnostics.warning(
            .wrongSeparator, at: position,
            "levels of mailbox names are separated by \(Character(UnicodeScalar(separator))) here",
            hint: "\"\(shown)\" may be meant")
    }
}

extension [UInt8] {
    /// Something like `user@example.org`, and nothing around it.
    fileprivate var isBareAddress: Bool {
        guard let at = firstIndex(of: 0x40), at > startIndex, at < endIndex - 1 else { return false }
        return !contains { $0 <= 0x20 || $0 == 0x3C || $0 == 0x3E || $0 == 0x2C }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
