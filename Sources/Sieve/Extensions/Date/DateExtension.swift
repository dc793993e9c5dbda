extension SieveExtension {
    /// `date` and `currentdate` (RFC 5260 §4, §5).
    static var date: SieveExtension {
        SieveExtension("date") { language in
            language.add(test: DateTest.self)
            language.add(test: CurrentDateTest.self)
        }
    }
}
