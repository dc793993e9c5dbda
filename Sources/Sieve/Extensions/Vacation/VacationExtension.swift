extension SieveExtension {
    /// `vacation` (RFC 5230).
    static var vacation: SieveExtension {
        SieveExtension("vacation") { language in
            language.add(command: VacationCommand.self)
        }
    }

    /// `vacation :seconds`; requiring it is requiring `vacation` too (RFC 6131 §2).
    static var vacationSeconds: SieveExtension {
        SieveExtension("vacation-seconds") { language in
            language.add(command: VacationCommand.self)
            language.allowsVacationSeconds = true
        }
    }
}
