/// Flags as RFC 5232 §2 has them: each once in any case, in the order of their coming.
enum FlagList {
    /// The words of the strings, each string being a list in itself.
    static func words(_ strings: [[UInt8]]) -> [[UInt8]] {
        strings.flatMap {
            $0.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }.map { [UInt8]($0) }
        }
    }

    /// `flags` and those of `words` that are flags; what is none is ignored, and so is what goes over the limit.
    static func adding(_ words: [[UInt8]], to flags: [[UInt8]], limit: Int) -> [[UInt8]] {
        var flags = flags
        var seen = Set(flags.map(\.lowercasedASCII))
        for word in words where flags.count < limit && isFlag(word) {
            if seen.insert(word.lowercasedASCII).inserted { flags.append(word) }
        }
        return flags
    }

    /// `flags` without those of `words`.
    static func removing(_ words: [[UInt8]], from flags: [[UInt8]]) -> [[UInt8]] {
        let unwanted = Set(words.map(\.lowercasedASCII))
        return flags.filter { !unwanted.contains($0.lowercasedASCII) }
    }

    /// A system flag that a client may set, or a keyword, which is an atom (RFC 3501 §2.3.2, §9).
    static func isFlag(_ word: [UInt8]) -> Bool {
        guard word.first == 0x5C else { return !word.isEmpty && word.allSatisfy(isAtomOctet) }
        switch word.lowercasedASCII.text {
        case "\\seen", "\\answered", "\\flagged", "\\deleted", "\\draft": return true
        default: return false
        }
    }

    private static func isAtomOctet(_ byte: UInt8) -> Bool {
        switch byte {
        // ( ) { % * " \ ], controls, blanks and what is not ASCII.
        case 0...0x20, 0x22, 0x25, 0x28, 0x29, 0x2A, 0x5C, 0x5D, 0x7B, 0x7F...: false
        default: true
        }
    }
}

/// The variable that a flag command or test is about: the internal one, or one of RFC 5229 by its slot.
enum FlagVariable: Sendable {
    case `internal`
    case named(VariableSlot)
}

extension Interpretation {
    func flags(in variable: FlagVariable) -> [[UInt8]] {
        switch variable {
        case .internal: flags
        case .named(let slot): FlagList.adding(FlagList.words([value(of: slot)]), to: [], limit: limits.flags)
        }
    }

    mutating func setFlags(_ flags: [[UInt8]], in variable: FlagVariable) {
        switch variable {
        case .internal:
            self.flags = flags
        case .named(let slot):
            // Whole flags as far as they fit.
            var value: [UInt8] = []
            for flag in flags where value.count + flag.count < limits.variableBytes {
                if !value.isEmpty { value.append(0x20) }
                value += flag
            }
            set(slot, value)
        }
    }
}
