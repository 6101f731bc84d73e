//! The types the user interface is written against are generated from Rust and committed; this keeps them true.

use std::path::Path;

use console::contract::journal::{
    AgentUsage, AgentWeeks, Budget, CoachingEffect, CoachingEnded, CoverageQuestion, Debrief, JournalAgent,
    JournalChannel, JournalCheck, JournalCoaching, JournalCoverage, JournalEntry, JournalEntryContent,
    JournalEvent, JournalExport, JournalFormat, JournalPage, JournalQuery, JournalResult, JournalSort,
    JournalState, JournalTag, JournalUsage, NewDebrief, NextStep, Uncovered, Uptake, WhenSpent,
};
use console::contract::{
    AgentAsked, AskedAgent, COMMANDS, CannedGroup, CannedLibrary, CannedWhisper, Draft, Message, Preferences,
    ProfileList, SignIn, Theme,
};
use console::doctor::{Check, Fact, Outcome, Report, Step};
use console::policy::{ManagedPoint, ManagedServer, PolicyView, ReasonsView};
use console::profile::{CheckedAddress, Profile, SmsSpelling};
use console::settings_file::SettingsImported;
use console::support::bundle::{BundleFile, BundleText};
use console::support::sentinel::{LastRun, Stage};
use console::support::{Examine, Examined, LogLevel};
use desk::audience::Audience;
use desk::fault::{Fault, FaultCode};
use desk::moment::Moment;
use desk::order::{
    Act, CallAct, Command, Extent, Medium, Mode, Order, OwnState, Readership, Scope, WrittenCommand,
    WrittenOrder,
};
use desk::rules::{Channel, ChannelRules};
use desk::view::{
    AgentRow, CallActView, CallView, CoachingView, FloorView, GroupCount, LinkState, LinkView, MeView, Patch,
    Phase, PhoneView, RosterQuery, RosterSource, RosterWindow, SortKey, StateCount, StateKind, StateView,
    StepKind, StepView, View, WhyNot,
};
use desk::view::{
    AgentSessionsView, ArmedPhase, ArmedView, BoardPatch, LeaveEffect, LineKind, LineReaders, LineView,
    RunningView, SessionActs, SessionPhase, SessionView, TranscriptPatch, UnsentState, UnsentView,
    WrittenView,
};
use desk::view::{DriftCause, DriftLine, DriftState, DriftView, RulesView};
use ts_rs::{Config, TS};

macro_rules! declarations {
    ($config:expr, $($type:ty),* $(,)?) => {
        [$(format!("export {}\n", <$type as TS>::decl($config))),*].concat()
    };
}

/// What a supervisor can order.
fn orders(config: &Config) -> String {
    declarations!(
        config,
        Moment,
        FaultCode,
        Fault,
        Audience,
        Act,
        Mode,
        Scope,
        Order,
        CallAct,
        OwnState,
        Medium,
        Extent,
        WrittenOrder,
        Readership,
        WrittenCommand,
        Channel,
        DriftLine,
        Command,
    )
}

/// What a face sees of the desk.
fn views(config: &Config) -> String {
    declarations!(
        config,
        LinkState,
        LinkView,
        StateKind,
        StateView,
        PhoneView,
        MeView,
        Phase,
        StepKind,
        StepView,
        CoachingView,
        CallActView,
        CallView,
        RosterSource,
        StateCount,
        GroupCount,
        FloorView,
        WhyNot,
        AgentRow,
        SortKey,
        RosterQuery,
        RosterWindow,
        ArmedPhase,
        ArmedView,
        SessionPhase,
        LeaveEffect,
        LineKind,
        LineReaders,
        LineView,
        UnsentState,
        UnsentView,
        SessionActs,
        SessionView,
        RunningView,
        AgentSessionsView,
        WrittenView,
        BoardPatch,
        TranscriptPatch,
        DriftCause,
        DriftState,
        DriftView,
        ChannelRules,
        RulesView,
        View,
        Patch,
    )
}

/// What the console keeps and shows beside it.
fn keeping(config: &Config) -> String {
    declarations!(
        config,
        SmsSpelling,
        Profile,
        CheckedAddress,
        SignIn,
        Step,
        Outcome,
        Fact,
        Check,
        Report,
        Examine,
        Examined,
        LogLevel,
        Stage,
        LastRun,
        BundleFile,
        BundleText,
        ProfileList,
        Theme,
        Preferences,
        Draft,
        CannedWhisper,
        CannedGroup,
        CannedLibrary,
        ManagedPoint,
        ManagedServer,
        ReasonsView,
        PolicyView,
        SettingsImported,
    )
}

/// What the journal says.
fn journal(config: &Config) -> String {
    declarations!(
        config,
        JournalChannel,
        JournalResult,
        JournalEvent,
        Uptake,
        CoachingEffect,
        NextStep,
        JournalSort,
        JournalQuery,
        JournalTag,
        JournalAgent,
        Debrief,
        NewDebrief,
        JournalCoaching,
        JournalPage,
        JournalEntryContent,
        JournalEntry,
        JournalState,
        JournalCheck,
        JournalFormat,
        JournalExport,
        CoverageQuestion,
        Uncovered,
        AgentWeeks,
        JournalCoverage,
        WhenSpent,
        Budget,
        AgentUsage,
        JournalUsage,
        CoachingEnded,
    )
}

/// What comes down the channel, and what it is made of.
fn messages(config: &Config) -> String {
    declarations!(config, AskedAgent, AgentAsked, Message,)
}

fn generated() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Generated from crates/console/tests/contract.rs: run `make types`, do not edit.\n\n",
    );
    // In this order: what a type names comes before it.
    for declarations in [orders, views, keeping, journal, messages] {
        text.push_str(&declarations(&config));
    }
    text.push_str("\nexport interface Commands {\n");
    text.extend(
        COMMANDS
            .iter()
            .map(|(plugin, name, takes, gives)| format!("  \"{plugin}.{name}\": [{takes}, {gives}];\n")),
    );
    text.push_str("}\n");
    tidy(&text)
}

/// One line per field and comment. Times and counters are far below 2^53: a bigint would only be in the way.
fn tidy(text: &str) -> String {
    text.replace("bigint", "number")
        .replace("/**\n * ", "\n  /** ")
        .replace("\n */\n", " */\n  ")
        .replace(", \n", ",\n")
        .replace("{ \n\n", "{\n")
        .replace(",\n\n", ",\n")
        .replace(", };", ",\n};")
}

#[test]
fn the_types_of_the_user_interface_are_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/host/types.gen.ts");
    let wanted = generated();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::create_dir_all(file.parent().expect("the file has a folder")).expect("folder");
        std::fs::write(&file, &wanted).expect("written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "ui/src/host/types.gen.ts is out of date: run `make types`"
    );
}
