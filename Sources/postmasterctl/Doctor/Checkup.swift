/// One thing that was looked at, and how it is.
struct Checkup: Equatable {
    enum State: String, CaseIterable {
        case ok
        /// Not asked for: nothing to look at.
        case off
        /// Works, and may not do what somebody expects.
        case warning
        /// Does not work.
        case failure
    }

    /// The section of the settings, or the part of the system.
    let subject: String
    /// The server, file or limit.
    let object: String
    let state: State
    /// What was seen.
    let text: String
    /// What to do about it; empty where there is nothing.
    let advice: String
    let milliseconds: Int?

    init(
        _ subject: String, _ object: String, _ state: State, _ text: String, advice: String = "",
        milliseconds: Int? = nil
    ) {
        self.subject = subject
        self.object = object
        self.state = state
        self.text = text
        self.advice = advice
        self.milliseconds = milliseconds
    }

    init(_ subject: String, _ state: State, _ text: String, advice: String = "") {
        self.init(subject, "", state, text, advice: advice)
    }
}
