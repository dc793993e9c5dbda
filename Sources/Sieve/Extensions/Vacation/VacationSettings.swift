/// What a site decides about answers of `vacation`.
package struct VacationSettings: Sendable, Equatable {
    /// The recipient before aliases is an address of the user's too (`use_original_recipient`).
    package var usesOriginalRecipient = false
    /// Only what names the user in its header is answered (`check_recipient`).
    package var checksRecipient = true
    /// The answer's reverse path is the user's address, not the null one (`send_from_recipient`).
    package var sendsFromRecipient = false
    /// The display name of the answer's recipient comes from the first sender in the header, whether or not that is the
    /// sender of the envelope (`to_header_ignore_envelope`).
    package var takesSenderFromHeader = false
    /// The subject of answers to messages that have none (`default_subject`).
    package var defaultSubject = "Automated reply"
    /// The subject of answers to messages that have one, with `%{subject}` or `%$` where that goes
    /// (`default_subject_template`); nil for `Auto: ` in front of it.
    package var subjectTemplate: String?
    /// Characters of a subject; beyond, it ends with an ellipsis (`max_subject_codepoints`).
    package var subjectCharacters = 256

    package init() {}
}
