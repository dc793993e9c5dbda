package import Platform

/// A script's index as octets that a file can keep, so that the next process needs not compile the script.
///
/// An image belongs to one script, byte for byte, to the compiler's limits and extensions, and to this form of
/// images. Nothing in it is trusted: if anything does not agree there is no program, and the script is compiled.
/// A program made of it compiles a rule when the rule is executed.
struct CompiledImage {
    /// Words in front of the index.
    private enum Header {
        static let mark: UInt32 = 0x5053_4931
        static let words = 13
        static let source = 1
        static let compiler = 5
        static let index = 9
    }

    /// All octets.
    let octets: SharedBytes

    init(_ index: RuleIndex, source: ContentHash, compiler: ContentHash) {
        var words = [UInt32](repeating: 0, count: Header.words)
        words[0] = Header.mark
        Self.put(source, at: Header.source, in: &words)
        Self.put(compiler, at: Header.compiler, in: &words)
        Self.put(ContentHash(index.octets.span), at: Header.index, in: &words)
        let rest = index.octets.words
        words.reserveCapacity(words.count + rest.count)
        for word in rest.indices { words.append(rest[word]) }
        octets = SharedBytes(words: words)
    }

    /// The index in an image; nil unless the image is whole, and of this source and compiler.
    static func index(_ octets: SharedBytes, source: ContentHash, compiler: ContentHash) -> RuleIndex? {
        let words = octets.words
        guard words.count > Header.words, words[0] == Header.mark,
            holds(source, at: Header.source, words), holds(compiler, at: Header.compiler, words)
        else { return nil }
        let rest = octets.dropping(first: Header.words * 4)
        guard holds(ContentHash(rest.span), at: Header.index, words) else { return nil }
        return RuleIndex(rest)
    }

    private static func parts(_ hash: ContentHash) -> [UInt32] {
        [hash.first, hash.first >> 32, hash.second, hash.second >> 32].map {
            UInt32(truncatingIfNeeded: $0)
        }
    }

    private static func put(_ hash: ContentHash, at start: Int, in words: inout [UInt32]) {
        for (offset, part) in parts(hash).enumerated() { words[start + offset] = part }
    }

    private static func holds(_ hash: ContentHash, at start: Int, _ words: Span<UInt32>) -> Bool {
        for (offset, part) in parts(hash).enumerated() where words[start + offset] != part { return false }
        return true
    }
}

extension SieveCompiler {
    /// What ``program(from:source:name:)`` makes the program of again, in a process to come.
    ///
    /// - Parameter source: what the program was compiled from.
    /// - Returns: nil for a program that would gain nothing.
    package func image(of program: Program, source: [UInt8]) -> SharedBytes? {
        guard let rules = program.rules, program.canBeCompiledInPieces else { return nil }
        return CompiledImage(rules.index, source: ContentHash(source.span), compiler: fingerprint).octets
    }

    /// The program that `source` compiles to, without compiling all of it.
    ///
    /// - Parameter image: any octets, such as those of a file.
    /// - Returns: nil unless the image is whole, and was made of this source by such a compiler.
    package func program(from image: SharedBytes, source: [UInt8], name: String) -> Program? {
        guard
            let index = CompiledImage.index(
                image, source: ContentHash(source.span), compiler: fingerprint)
        else { return nil }
        return Program(name: name, index: index, pieces: PiecewiseScript(compiler: self, source: source))
    }

    /// What programs depend on besides their source.
    private var fingerprint: ContentHash {
        var octets: [UInt8] = []
        for limit in [
            limits.scriptBytes, limits.stringBytes, limits.nesting, limits.arguments, limits.variables,
            limits.variableNameBytes, limits.matchVariable, limits.flags, limits.actions, limits.redirects,
        ] {
            for shift in stride(from: 0, to: 64, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: limit >> shift))
            }
        }
        for capability in capabilities {
            octets += capability.utf8
            octets.append(0)
        }
        return ContentHash(octets.span)
    }
}
