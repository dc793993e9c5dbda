extension Arguments {
    /// The tags that extensions have given to the command, each at most once.
    mutating func actionTags(of command: String, _ validator: inout Validator) -> [any ActionTag] {
        var tags: [any ActionTag] = []
        var seen: [Identifier] = []
        while let tag = tag() {
            guard let definition = validator.language.actionTag(tag.name, of: command) else {
                unknown(tag, &validator)
                continue
            }
            guard !seen.contains(tag.name) else {
                repeated(tag, &validator)
                continue
            }
            seen.append(tag.name)
            if let compiled = definition.compile(&self, &validator) { tags.append(compiled) }
        }
        return tags
    }
}
