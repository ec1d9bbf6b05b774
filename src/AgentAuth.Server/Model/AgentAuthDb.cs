using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgentAuth.Server.Model;

/// <summary>The whole data model in one database; each entity file holds its shape, its invariants and its mapping.</summary>
internal abstract class AgentAuthDb(DbContextOptions options)
    : IdentityDbContext<Account, Role, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<Client> Clients => Set<Client>();

    public DbSet<Secret> ClientSecrets => Set<Secret>();

    public DbSet<Resource> Resources => Set<Resource>();

    public DbSet<Scope> Scopes => Set<Scope>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<Token> Tokens => Set<Token>();

    public DbSet<Revocation> Revocations => Set<Revocation>();

    public DbSet<CatalogChange> CatalogChanges => Set<CatalogChange>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<Interaction> Interactions => Set<Interaction>();

    public DbSet<UsedAssertion> UsedAssertions => Set<UsedAssertion>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<FailedTry> FailedTries => Set<FailedTry>();

    public DbSet<ChoreTurn> ChoreTurns => Set<ChoreTurn>();

    public DbSet<RefusedRequest> RefusedRequests => Set<RefusedRequest>();

    public DbSet<PlaygroundRun> PlaygroundRuns => Set<PlaygroundRun>();

    public DbSet<Logo> Logos => Set<Logo>();

    public DbSet<ClaimedDomain> ClaimedDomains => Set<ClaimedDomain>();

    public DbSet<VerificationRequest> VerificationRequests => Set<VerificationRequest>();

    public DbSet<ClientReport> ClientReports => Set<ClientReport>();

    public DbSet<Activity> Activities => Set<Activity>();

    public DbSet<ScopeUse> ScopeUses => Set<ScopeUse>();

    public DbSet<BudgetUse> BudgetUses => Set<BudgetUse>();

    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();

    public DbSet<MailLink> MailLinks => Set<MailLink>();

    public DbSet<Receipt> Receipts => Set<Receipt>();

    public DbSet<Approval> Approvals => Set<Approval>();

    /// <summary>Used on PostgreSQL, where nodes share them; beside SQLite they are files.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseOpenIddict<Client, Grant, Scope, Token, Guid>();
        builder.Entity<Account>().ToTable("Accounts");
        builder.Entity<Role>().ToTable("Roles");
        builder.Entity<IdentityUserRole<Guid>>().ToTable("AccountRoles");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("AccountClaims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("AccountLogins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("AccountTokens");
        builder.Entity<IdentityRoleClaim<Guid>>().ToTable("RoleClaims");
        builder.Entity<Account>().Property(a => a.Email).HasMaxLength(Account.MaxEmailLength);
        builder.Entity<Account>().Property(a => a.Culture).HasMaxLength(Account.MaxCultureLength);
        builder.Entity<Client>(Client.Map);
        builder.Entity<Secret>(Secret.Map);
        builder.Entity<Resource>(Resource.Map);
        builder.Entity<Scope>(Scope.Map);
        builder.Entity<Grant>(Grant.Map);
        builder.Entity<Token>(Token.Map);
        builder.Entity<Revocation>(Revocation.Map);
        builder.Entity<CatalogChange>(CatalogChange.Map);
        builder.Entity<SigningKey>(SigningKey.Map);
        builder.Entity<Session>(Session.Map);
        builder.Entity<Interaction>(Interaction.Map);
        builder.Entity<UsedAssertion>(UsedAssertion.Map);
        builder.Entity<AuditEntry>(AuditEntry.Map);
        builder.Entity<FailedTry>(FailedTry.Map);
        builder.Entity<ChoreTurn>(ChoreTurn.Map);
        builder.Entity<RefusedRequest>(RefusedRequest.Map);
        builder.Entity<PlaygroundRun>(PlaygroundRun.Map);
        builder.Entity<Logo>(Logo.Map);
        builder.Entity<ClaimedDomain>(ClaimedDomain.Map);
        builder.Entity<VerificationRequest>(VerificationRequest.Map);
        builder.Entity<ClientReport>(ClientReport.Map);
        builder.Entity<Activity>(Activity.Map);
        builder.Entity<ScopeUse>(ScopeUse.Map);
        builder.Entity<BudgetUse>(BudgetUse.Map);
        builder.Entity<OutgoingMail>(OutgoingMail.Map);
        builder.Entity<MailLink>(MailLink.Map);
        builder.Entity<Receipt>(Receipt.Map);
        builder.Entity<Approval>(Approval.Map);
    }

    // SQLite cannot compare a DateTimeOffset in SQL; every instant here is UTC anyway.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();

    internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
        instant => instant.UtcDateTime,
        stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc)));
}

/// <summary>Each database has migrations of its own, and EF finds them by the context's type.</summary>
internal sealed class SqliteDb : AgentAuthDb
{
    /// <summary>Whatever is saved is saved in a transaction, whose beginning can wait for its turn to write.</summary>
    public SqliteDb(DbContextOptions<SqliteDb> options)
        : base(options) => Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
}

/// <inheritdoc cref="SqliteDb"/>
internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : AgentAuthDb(options);
