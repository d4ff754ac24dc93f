//! Lies that a port can be made to tell, each a fault the promises must find.

macro_rules! plants {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// A planted fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Plant { $($(#[doc = $doc])+ $name,)+ }

        impl Plant {
            /// Every planted fault.
            pub const ALL: &[Plant] = &[$(Plant::$name,)+];

            /// What it is, in a few words.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Plant::$name => $text,)+ }
            }
        }
    };
}

plants! {
    /// LivePerson heeds when a conversation started, not when it changed or ended.
    StartOnly = "searches filter on start only",
    /// Chats that began before the last hours are not found.
    NoReachBack = "the reach-back of chats is ignored",
    /// Open messaging conversations are not found.
    OpenHidden = "open conversations are hidden",
    /// Every page but the first begins one too late.
    OffsetTooFar = "the offset steps too far",
    /// LivePerson says there are no more than fit the first page.
    FirstPageOnly = "only the first page is read",
    /// Salesforce says a row is written before it is, and now and then forgets it.
    AcknowledgedEarly = "rows are acknowledged before they are applied",
    /// Salesforce creates a record for every row.
    Inserts = "rows are inserted, not upserted",
    /// A result comes twice, the second time with its id in another spelling.
    NoDeduplication = "a repeated result is taken for another",
    /// What was written is kept even if someone else wrote meanwhile.
    KeepUnconditional = "the ledger forgets the race of two writers",
    /// A slice that has ended can end again.
    EndUnconditional = "a slice is counted twice",
    /// What was refused is not kept.
    QuarantineForgets = "the quarantine forgets",
    /// An update clears what agents linked.
    LinkOverwritten = "an agent's link is overwritten",
    /// LivePerson does not say that shards did not answer.
    PartialHidden = "a partial answer is called whole",
    /// The last piece of a slice that was split is not kept.
    PieceLost = "a piece of a split slice is lost",
    /// The event that resumes a run never comes.
    ResumeLost = "the resumption of a paused run is lost",
    /// Calls are not added to the day's.
    BudgetNotCounted = "calls do not count against the budget",
    /// Nobody is told.
    AnnouncementsSwallowed = "announcements are swallowed",
    /// A checkpoint lies a page further than what was done.
    CheckpointAhead = "the checkpoint runs ahead",
    /// A slice's message is lost when its invocation dies.
    MessageLost = "a message is gone once it was delivered",
    /// A run's second slice is never asked for.
    SliceNotPublished = "a slice is never published",
    /// Ended slices do not add their counts to the run.
    CountsLost = "the counts of an ended slice are lost",
}
