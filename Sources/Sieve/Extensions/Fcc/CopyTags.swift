extension Arguments {
    /// The tags of an action that makes a message: its own, `:fcc`, and with that those of `fileinto` that say how the
    /// copy is stored (RFC 8580 §3.1). Each at most once.
    ///
    /// - Parameter own: Takes a tag that belongs to this one command; false if it is none.
    mutating func copyTags(
        of command: String, _ validator: inout Validator,
        own: (SyntaxTag, inout Arguments, inout Validator) -> Bool
    ) -> [any ActionTag] {
        var tags: [any ActionTag] = []
        var seen: [Identifier] = []
        /// The first tag that has no meaning without `:fcc`.
        var dependent: SyntaxTag?
        while let tag = tag() {
            guard !seen.contains(tag.name) else {
                repeated(tag, &validator)
                continue
            }
            seen.append(tag.name)
            if own(tag, &self, &validator) { continue }
            if let definition = validator.language.actionTag(tag.name, of: command) {
                if let compiled = definition.compile(&self, &validator) { tags.append(compiled) }
            } else if let definition = validator.language.storageTag(tag.name, of: command) {
                dependent = dependent ?? tag
                if let compiled = definition.compile(&self, &validator) { tags.append(compiled) }
            } else {
                unknown(tag, &validator)
            }
        }
        if let dependent, !seen.contains(Identifier(FccTag.tag)) {
            validator.diagnostics.error(
                .misplacedTag, at: dependent.position,
                ":\(validator.text(dependent.nameRange)) says how a copy is stored, but there is no :fcc")
        }
        return tags
    }
}

extension Language {
    /// The tag of `fileinto` for a command that can have `:fcc`; `:copy` means nothing there.
    fileprivate func storageTag(_ tag: Identifier, of command: String) -> (any ActionTag.Type)? {
        guard actionTag(Identifier(FccTag.tag), of: command) != nil, tag != Identifier(CopyTag.tag) else {
            return nil
        }
        return actionTag(tag, of: FileintoCommand.name)
    }
}

extension ActionOptions {
    /// Where a copy of the message that the action makes goes, if anywhere. The flags are those of `:flags`; the
    /// internal variable of RFC 5232 is about the message that came in.
    var carbonCopy: MailboxTarget? {
        guard var target = copy else { return nil }
        target.flags = (flags ?? []).map(\.text)
        target.creates = createsMailbox
        target.specialUse = specialUse
        target.identifier = mailboxIdentifier
        return target
    }
}
