extension SieveCompiler {
    /// The capabilities that the names of a setting allow.
    ///
    /// Names by themselves are all that is allowed. With `+` or `-` in front they add to what there is without a setting,
    /// or take from it; where some stand by themselves, to or from those. No name at all changes nothing.
    ///
    /// - Returns: What ``init(limits:enabledExtensions:library:)`` takes, and the names that no capability has.
    package static func capabilities(named names: [String]) -> (enabled: Set<String>?, unknown: [String]) {
        guard !names.isEmpty else { return (nil, []) }
        let all = SieveExtension.all
        let known = Set(all.map(\.capability))
        let isRelative = names.allSatisfy { $0.hasPrefix("+") || $0.hasPrefix("-") }
        var enabled = isRelative ? Set(all.filter { !$0.isOptional }.map(\.capability)) : []
        var unknown: [String] = []
        for name in names {
            let isSigned = name.hasPrefix("+") || name.hasPrefix("-")
            let capability = isSigned ? String(name.dropFirst()) : name
            guard known.contains(capability) else {
                unknown.append(capability)
                continue
            }
            if name.hasPrefix("-") { enabled.remove(capability) } else { enabled.insert(capability) }
        }
        return (enabled, unknown)
    }
}
