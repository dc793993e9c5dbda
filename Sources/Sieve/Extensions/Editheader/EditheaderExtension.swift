import MailMessage

extension SieveExtension {
    /// `addheader` and `deleteheader` (RFC 5293).
    static var editheader: SieveExtension {
        SieveExtension("editheader") { language in
            language.add(command: AddHeaderCommand.self)
            language.add(command: DeleteHeaderCommand.self)
            language.add(testTag: DeletedIndexTag.self)
            language.add(testTag: DeletedLastTag.self)
        }
    }
}

/// The header as scripts have edited it.
struct HeaderEdits: ExtensionState {
    /// How many fields have been added.
    var added = 0
    /// The header that the edits began with or led to, and the version of the message's header that it is.
    private var editing: HeaderEditing?
    private var version = -1

    /// The header of the message as it is now, ready to be edited.
    ///
    /// It is kept from one edit to the next: a header that was too long to be read to its end must stay as it is, which
    /// ``HeaderEditing`` knows to do, and a header that has been edited no longer tells.
    func header(in run: Interpretation) -> HeaderEditing {
        if let editing, version == run.headerVersion { return editing }
        return HeaderEditing(run.message)
    }

    mutating func keep(_ editing: HeaderEditing, version: Int) {
        self.editing = editing
        self.version = version
    }
}

extension Interpretation {
    /// The header of the message as it is now, ready to be edited.
    mutating func headerForEditing() throws(RuntimeFailure) -> HeaderEditing {
        try spend(message.header.bodyStart)
        return self[HeaderEdits.self].header(in: self)
    }

    /// Puts the edited header in front of the body.
    mutating func use(_ editing: HeaderEditing) {
        replaceHeader(editing.header)
        self[HeaderEdits.self].keep(editing, version: headerVersion)
    }

    /// The name of a field that is to be edited.
    mutating func editedName(_ text: Text) throws(RuntimeFailure) -> [UInt8] {
        let name = try expand(text)
        if case .literal = text { return name }
        guard FieldName.isValid(name.span) else {
            throw failure("the field name \"\(name.truncated(to: 80).text)\" is invalid")
        }
        return name
    }
}

extension Arguments {
    /// The name of a field that is to be edited; nil after an error, which has been reported.
    ///
    /// - Parameter isProtected: whether fields of this name, in lower case, are left as they are.
    mutating func editedName(
        _ validator: inout Validator, isProtected: (SieveLimits, [UInt8]) -> Bool
    ) -> Text? {
        guard let string = string("field name", &validator), let text = validator.text(string) else {
            return nil
        }
        guard case .literal(let name) = text else { return text }
        guard FieldName.isValid(name.span) else {
            validator.diagnostics.error(
                .invalidHeaderName, at: string.position,
                "the field name \"\(name.truncated(to: 80).text)\" is invalid",
                hint: name.last == 0x3A ? "leave out the colon" : nil)
            return nil
        }
        if isProtected(validator.limits, name.lowercasedASCII) {
            validator.diagnostics.warning(
                .protectedHeader, at: string.position,
                "the field \(name.text) is protected here, so that this does nothing")
        }
        return text
    }
}
