CREATE TABLE "Accounts" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Accounts" PRIMARY KEY,
    "CreatedAt" TEXT NOT NULL,
    "DisabledAt" TEXT NULL,
    "Culture" TEXT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);


CREATE TABLE "AuditEntries" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_AuditEntries" PRIMARY KEY,
    "At" TEXT NOT NULL,
    "ActorId" TEXT NULL,
    "Actor" TEXT NOT NULL,
    "Act" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "Reason" TEXT NULL,
    "Address" TEXT NULL
);


CREATE TABLE "CatalogChanges" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_CatalogChanges" PRIMARY KEY,
    "At" TEXT NOT NULL
);


CREATE TABLE "ChoreTurns" (
    "Name" TEXT NOT NULL CONSTRAINT "PK_ChoreTurns" PRIMARY KEY,
    "DoneAt" TEXT NOT NULL,
    "Holder" TEXT NULL,
    "HeldUntil" TEXT NOT NULL
);


CREATE TABLE "Clients" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Clients" PRIMARY KEY,
    "CreatedAt" TEXT NOT NULL,
    "Trust" TEXT NOT NULL,
    "IsTrustHeld" INTEGER NOT NULL,
    "Origin" TEXT NOT NULL DEFAULT 'ByAdministrator',
    "Metadata" TEXT NULL,
    "Software" TEXT NULL,
    "ManagementToken" TEXT NULL,
    "DocumentReadAt" TEXT NULL,
    "DocumentFreshUntil" TEXT NULL,
    "DocumentTag" TEXT NULL,
    "AskAnewSince" TEXT NULL,
    "RemovedAt" TEXT NULL,
    "OwnerId" TEXT NULL,
    "BlockedAt" TEXT NULL,
    "TokensDeadBefore" TEXT NULL,
    "ApplicationType" TEXT NULL,
    "ClientId" TEXT NULL,
    "ClientSecret" TEXT NULL,
    "ClientType" TEXT NULL,
    "ConcurrencyToken" TEXT NULL,
    "ConsentType" TEXT NULL,
    "DisplayName" TEXT NULL,
    "DisplayNames" TEXT NULL,
    "JsonWebKeySet" TEXT NULL,
    "Permissions" TEXT NULL,
    "PostLogoutRedirectUris" TEXT NULL,
    "Properties" TEXT NULL,
    "RedirectUris" TEXT NULL,
    "Requirements" TEXT NULL,
    "Settings" TEXT NULL
);


CREATE TABLE "DataProtectionKeys" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_DataProtectionKeys" PRIMARY KEY AUTOINCREMENT,
    "FriendlyName" TEXT NULL,
    "Xml" TEXT NULL
);


CREATE TABLE "FailedTries" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_FailedTries" PRIMARY KEY,
    "Node" TEXT NOT NULL,
    "Kind" TEXT NOT NULL,
    "Key" TEXT NOT NULL,
    "Times" INTEGER NOT NULL,
    "IsForgiven" INTEGER NOT NULL,
    "At" TEXT NOT NULL
);


CREATE TABLE "RefusedRequests" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_RefusedRequests" PRIMARY KEY,
    "At" TEXT NOT NULL,
    "Rule" TEXT NOT NULL,
    "Error" TEXT NOT NULL,
    "Words" TEXT NOT NULL,
    "Endpoint" TEXT NOT NULL,
    "ClientId" TEXT NULL,
    "OwnerId" TEXT NULL,
    "Sender" TEXT NOT NULL,
    "Sent" TEXT NOT NULL
);


CREATE TABLE "Resources" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Resources" PRIMARY KEY,
    "Identifier" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "AccountClientId" TEXT NULL,
    "ObjectsUrl" TEXT NULL,
    "ObjectsName" TEXT NULL,
    "IsIdentity" INTEGER NOT NULL
);


CREATE TABLE "Revocations" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Revocations" PRIMARY KEY,
    "Kind" TEXT NOT NULL,
    "Value" TEXT NOT NULL,
    "Scopes" TEXT NULL,
    "At" TEXT NOT NULL,
    "ForgetAt" TEXT NOT NULL
);


CREATE TABLE "Roles" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Roles" PRIMARY KEY,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);


CREATE TABLE "SigningKeys" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_SigningKeys" PRIMARY KEY,
    "Use" TEXT NOT NULL,
    "Algorithm" TEXT NOT NULL,
    "Sealed" BLOB NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UsedFrom" TEXT NOT NULL,
    "GoneAt" TEXT NULL
);


CREATE TABLE "UsedAssertions" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_UsedAssertions" PRIMARY KEY,
    "EndsAt" TEXT NOT NULL
);


CREATE TABLE "AccountClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AccountClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AccountClaims_Accounts_UserId" FOREIGN KEY ("UserId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "AccountLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" TEXT NOT NULL,
    CONSTRAINT "PK_AccountLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AccountLogins_Accounts_UserId" FOREIGN KEY ("UserId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "AccountTokens" (
    "UserId" TEXT NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AccountTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AccountTokens_Accounts_UserId" FOREIGN KEY ("UserId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "ClaimedDomains" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_ClaimedDomains" PRIMARY KEY,
    "OwnerId" TEXT NOT NULL,
    "Host" TEXT NOT NULL,
    "Token" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "Proof" TEXT NOT NULL,
    "ProvedAt" TEXT NULL,
    "CheckedAt" TEXT NULL,
    "Misses" INTEGER NOT NULL,
    CONSTRAINT "FK_ClaimedDomains_Accounts_OwnerId" FOREIGN KEY ("OwnerId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Interactions" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Interactions" PRIMARY KEY,
    "SessionId" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "Query" TEXT NOT NULL,
    "ApplicationId" TEXT NOT NULL,
    "ResourceId" TEXT NOT NULL,
    "RedirectHost" TEXT NOT NULL,
    "Asked" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "EndsAt" TEXT NOT NULL,
    "Decision" TEXT NOT NULL,
    "GrantId" TEXT NULL,
    CONSTRAINT "FK_Interactions_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "OutgoingMails" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_OutgoingMails" PRIMARY KEY,
    "AccountId" TEXT NOT NULL,
    "To" TEXT NOT NULL,
    "Kind" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Text" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "Tries" INTEGER NOT NULL,
    "NextTryAt" TEXT NULL,
    "SentAt" TEXT NULL,
    CONSTRAINT "FK_OutgoingMails_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "PlaygroundRuns" (
    "AccountId" TEXT NOT NULL CONSTRAINT "PK_PlaygroundRuns" PRIMARY KEY,
    "SessionId" TEXT NOT NULL,
    "Sealed" TEXT NOT NULL,
    "Version" INTEGER NOT NULL,
    "EndsAt" TEXT NOT NULL,
    CONSTRAINT "FK_PlaygroundRuns_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Sessions" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Sessions" PRIMARY KEY,
    "AccountId" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SeenAt" TEXT NOT NULL,
    "EndsAt" TEXT NOT NULL,
    "Ticket" BLOB NOT NULL,
    CONSTRAINT "FK_Sessions_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE
);


CREATE TABLE "ClientReports" (
    "ApplicationId" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "At" TEXT NOT NULL,
    CONSTRAINT "PK_ClientReports" PRIMARY KEY ("ApplicationId", "AccountId"),
    CONSTRAINT "FK_ClientReports_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ClientReports_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id") ON DELETE CASCADE
);


CREATE TABLE "ClientSecrets" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_ClientSecrets" PRIMARY KEY,
    "ApplicationId" TEXT NOT NULL,
    "Hash" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NULL,
    "LastUsedAt" TEXT NULL,
    CONSTRAINT "FK_ClientSecrets_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Logos" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Logos" PRIMARY KEY,
    "ApplicationId" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "ReadAt" TEXT NOT NULL,
    "Png" BLOB NULL,
    "Problem" TEXT NULL,
    CONSTRAINT "FK_Logos_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id") ON DELETE CASCADE
);


CREATE TABLE "VerificationRequests" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_VerificationRequests" PRIMARY KEY,
    "ApplicationId" TEXT NOT NULL,
    "AskedById" TEXT NOT NULL,
    "AskedAt" TEXT NOT NULL,
    "Words" TEXT NOT NULL,
    "State" TEXT NOT NULL,
    "AnsweredAt" TEXT NULL,
    "Reason" TEXT NULL,
    CONSTRAINT "FK_VerificationRequests_Accounts_AskedById" FOREIGN KEY ("AskedById") REFERENCES "Accounts" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_VerificationRequests_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Grants" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Grants" PRIMARY KEY,
    "AccountId" TEXT NOT NULL,
    "ApplicationId" TEXT NOT NULL,
    "ResourceId" TEXT NOT NULL,
    "RedirectHost" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "AllowedAt" TEXT NOT NULL,
    "EndsAt" TEXT NOT NULL,
    "LastUsedAt" TEXT NULL,
    "Label" TEXT NULL,
    "PausedAt" TEXT NULL,
    "SessionId" TEXT NULL,
    "ChangesPerDay" INTEGER NULL,
    "AsksFirst" INTEGER NOT NULL,
    "Picked" TEXT NULL,
    "Details" TEXT NULL,
    "RemindedAt" TEXT NULL,
    "EndedAt" TEXT NULL,
    "EndedBecause" TEXT NULL,
    "ConcurrencyToken" TEXT NULL,
    "CreationDate" TEXT NULL,
    "Properties" TEXT NULL,
    "Scopes" TEXT NULL,
    "Status" TEXT NULL,
    "Subject" TEXT NULL,
    "Type" TEXT NULL,
    CONSTRAINT "FK_Grants_Accounts_AccountId" FOREIGN KEY ("AccountId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_Grants_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_Grants_Resources_ResourceId" FOREIGN KEY ("ResourceId") REFERENCES "Resources" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Scopes" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Scopes" PRIMARY KEY,
    "ResourceId" TEXT NOT NULL,
    "Risk" TEXT NOT NULL,
    "IsRequired" INTEGER NOT NULL,
    "Tools" TEXT NULL,
    "Position" INTEGER NOT NULL,
    "ConcurrencyToken" TEXT NULL,
    "Description" TEXT NULL,
    "Descriptions" TEXT NULL,
    "DisplayName" TEXT NULL,
    "DisplayNames" TEXT NULL,
    "Name" TEXT NULL,
    "Properties" TEXT NULL,
    "Resources" TEXT NULL,
    CONSTRAINT "FK_Scopes_Resources_ResourceId" FOREIGN KEY ("ResourceId") REFERENCES "Resources" ("Id") ON DELETE CASCADE
);


CREATE TABLE "AccountRoles" (
    "UserId" TEXT NOT NULL,
    "RoleId" TEXT NOT NULL,
    CONSTRAINT "PK_AccountRoles" PRIMARY KEY ("UserId", "RoleId"),
    CONSTRAINT "FK_AccountRoles_Accounts_UserId" FOREIGN KEY ("UserId") REFERENCES "Accounts" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AccountRoles_Roles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "Roles" ("Id") ON DELETE CASCADE
);


CREATE TABLE "RoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_RoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" TEXT NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_RoleClaims_Roles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "Roles" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Activities" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Activities" PRIMARY KEY,
    "GrantId" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "Kind" TEXT NOT NULL,
    "What" TEXT NULL,
    "Address" TEXT NULL,
    "At" TEXT NOT NULL,
    "LastAt" TEXT NOT NULL,
    "Count" INTEGER NOT NULL,
    CONSTRAINT "FK_Activities_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Approvals" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Approvals" PRIMARY KEY,
    "RequestHash" TEXT NOT NULL,
    "GrantId" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "ResourceId" TEXT NOT NULL,
    "Details" TEXT NOT NULL,
    "Message" TEXT NULL,
    "CreatedAt" TEXT NOT NULL,
    "EndsAt" TEXT NOT NULL,
    "Decision" TEXT NOT NULL,
    "DecidedAt" TEXT NULL,
    "PolledAt" TEXT NULL,
    CONSTRAINT "FK_Approvals_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "BudgetUses" (
    "GrantId" TEXT NOT NULL,
    "Day" TEXT NOT NULL,
    "Used" INTEGER NOT NULL,
    CONSTRAINT "PK_BudgetUses" PRIMARY KEY ("GrantId", "Day"),
    CONSTRAINT "FK_BudgetUses_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "MailLinks" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_MailLinks" PRIMARY KEY,
    "Purpose" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "GrantId" TEXT NOT NULL,
    "EndsAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    CONSTRAINT "FK_MailLinks_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Receipts" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Receipts" PRIMARY KEY,
    "GrantId" TEXT NOT NULL,
    "AccountId" TEXT NOT NULL,
    "At" TEXT NOT NULL,
    "Jws" TEXT NOT NULL,
    CONSTRAINT "FK_Receipts_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "ScopeUses" (
    "GrantId" TEXT NOT NULL,
    "Scope" TEXT NOT NULL,
    "Calls" INTEGER NOT NULL,
    "LastUsedAt" TEXT NOT NULL,
    CONSTRAINT "PK_ScopeUses" PRIMARY KEY ("GrantId", "Scope"),
    CONSTRAINT "FK_ScopeUses_Grants_GrantId" FOREIGN KEY ("GrantId") REFERENCES "Grants" ("Id") ON DELETE CASCADE
);


CREATE TABLE "Tokens" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Tokens" PRIMARY KEY,
    "ApplicationId" TEXT NULL,
    "AuthorizationId" TEXT NULL,
    "ConcurrencyToken" TEXT NULL,
    "CreationDate" TEXT NULL,
    "ExpirationDate" TEXT NULL,
    "Payload" TEXT NULL,
    "Properties" TEXT NULL,
    "RedemptionDate" TEXT NULL,
    "ReferenceId" TEXT NULL,
    "Status" TEXT NULL,
    "Subject" TEXT NULL,
    "Type" TEXT NULL,
    CONSTRAINT "FK_Tokens_Clients_ApplicationId" FOREIGN KEY ("ApplicationId") REFERENCES "Clients" ("Id"),
    CONSTRAINT "FK_Tokens_Grants_AuthorizationId" FOREIGN KEY ("AuthorizationId") REFERENCES "Grants" ("Id")
);


CREATE INDEX "IX_AccountClaims_UserId" ON "AccountClaims" ("UserId");


CREATE INDEX "IX_AccountLogins_UserId" ON "AccountLogins" ("UserId");


CREATE INDEX "IX_AccountRoles_RoleId" ON "AccountRoles" ("RoleId");


CREATE INDEX "EmailIndex" ON "Accounts" ("NormalizedEmail");


CREATE UNIQUE INDEX "UserNameIndex" ON "Accounts" ("NormalizedUserName");


CREATE INDEX "IX_Activities_AccountId_At" ON "Activities" ("AccountId", "At");


CREATE INDEX "IX_Activities_At" ON "Activities" ("At");


CREATE INDEX "IX_Activities_GrantId_At" ON "Activities" ("GrantId", "At");


CREATE INDEX "IX_Approvals_AccountId_EndsAt" ON "Approvals" ("AccountId", "EndsAt");


CREATE INDEX "IX_Approvals_EndsAt" ON "Approvals" ("EndsAt");


CREATE INDEX "IX_Approvals_GrantId" ON "Approvals" ("GrantId");


CREATE UNIQUE INDEX "IX_Approvals_RequestHash" ON "Approvals" ("RequestHash");


CREATE INDEX "IX_AuditEntries_At" ON "AuditEntries" ("At");


CREATE INDEX "IX_BudgetUses_Day" ON "BudgetUses" ("Day");


CREATE INDEX "IX_CatalogChanges_At" ON "CatalogChanges" ("At");


CREATE UNIQUE INDEX "IX_ClaimedDomains_OwnerId_Host" ON "ClaimedDomains" ("OwnerId", "Host");


CREATE INDEX "IX_ClaimedDomains_ProvedAt_CheckedAt" ON "ClaimedDomains" ("ProvedAt", "CheckedAt");


CREATE INDEX "IX_ClientReports_AccountId" ON "ClientReports" ("AccountId");


CREATE UNIQUE INDEX "IX_Clients_ClientId" ON "Clients" ("ClientId");


CREATE INDEX "IX_Clients_Origin_CreatedAt" ON "Clients" ("Origin", "CreatedAt");


CREATE INDEX "IX_Clients_OwnerId" ON "Clients" ("OwnerId");


CREATE INDEX "IX_ClientSecrets_ApplicationId" ON "ClientSecrets" ("ApplicationId");


CREATE INDEX "IX_FailedTries_At" ON "FailedTries" ("At");


CREATE UNIQUE INDEX "IX_Grants_AccountId_ApplicationId_ResourceId_RedirectHost" ON "Grants" ("AccountId", "ApplicationId", "ResourceId", "RedirectHost") WHERE "Status" = 'valid';


CREATE INDEX "IX_Grants_ApplicationId_Status_Subject_Type" ON "Grants" ("ApplicationId", "Status", "Subject", "Type");


CREATE INDEX "IX_Grants_ResourceId" ON "Grants" ("ResourceId");


CREATE INDEX "IX_Grants_SessionId" ON "Grants" ("SessionId");


CREATE INDEX "IX_Grants_Status_EndsAt" ON "Grants" ("Status", "EndsAt");


CREATE INDEX "IX_Interactions_AccountId" ON "Interactions" ("AccountId");


CREATE INDEX "IX_Interactions_EndsAt" ON "Interactions" ("EndsAt");


CREATE UNIQUE INDEX "IX_Logos_ApplicationId" ON "Logos" ("ApplicationId");


CREATE INDEX "IX_MailLinks_EndsAt" ON "MailLinks" ("EndsAt");


CREATE INDEX "IX_MailLinks_GrantId" ON "MailLinks" ("GrantId");


CREATE INDEX "IX_OutgoingMails_AccountId" ON "OutgoingMails" ("AccountId");


CREATE INDEX "IX_OutgoingMails_CreatedAt" ON "OutgoingMails" ("CreatedAt");


CREATE INDEX "IX_OutgoingMails_NextTryAt" ON "OutgoingMails" ("NextTryAt");


CREATE INDEX "IX_PlaygroundRuns_EndsAt" ON "PlaygroundRuns" ("EndsAt");


CREATE INDEX "IX_Receipts_GrantId_At" ON "Receipts" ("GrantId", "At");


CREATE INDEX "IX_RefusedRequests_At" ON "RefusedRequests" ("At");


CREATE INDEX "IX_RefusedRequests_ClientId_At" ON "RefusedRequests" ("ClientId", "At");


CREATE INDEX "IX_RefusedRequests_Sender_At" ON "RefusedRequests" ("Sender", "At");


CREATE INDEX "IX_Resources_AccountClientId" ON "Resources" ("AccountClientId");


CREATE UNIQUE INDEX "IX_Resources_Identifier" ON "Resources" ("Identifier");


CREATE INDEX "IX_Revocations_At" ON "Revocations" ("At");


CREATE INDEX "IX_Revocations_ForgetAt" ON "Revocations" ("ForgetAt");


CREATE INDEX "IX_Revocations_Value" ON "Revocations" ("Value");


CREATE INDEX "IX_RoleClaims_RoleId" ON "RoleClaims" ("RoleId");


CREATE UNIQUE INDEX "RoleNameIndex" ON "Roles" ("NormalizedName");


CREATE UNIQUE INDEX "IX_Scopes_ResourceId_Name" ON "Scopes" ("ResourceId", "Name");


CREATE INDEX "IX_Sessions_AccountId" ON "Sessions" ("AccountId");


CREATE INDEX "IX_Sessions_EndsAt" ON "Sessions" ("EndsAt");


CREATE INDEX "IX_Tokens_ApplicationId" ON "Tokens" ("ApplicationId");


CREATE INDEX "IX_Tokens_AuthorizationId" ON "Tokens" ("AuthorizationId");


CREATE INDEX "IX_Tokens_ExpirationDate" ON "Tokens" ("ExpirationDate");


CREATE UNIQUE INDEX "IX_Tokens_ReferenceId" ON "Tokens" ("ReferenceId");


CREATE INDEX "IX_UsedAssertions_EndsAt" ON "UsedAssertions" ("EndsAt");


CREATE UNIQUE INDEX "IX_VerificationRequests_ApplicationId" ON "VerificationRequests" ("ApplicationId") WHERE "State" = 'Waiting';


CREATE INDEX "IX_VerificationRequests_ApplicationId_AskedAt" ON "VerificationRequests" ("ApplicationId", "AskedAt");


CREATE INDEX "IX_VerificationRequests_AskedById" ON "VerificationRequests" ("AskedById");


CREATE INDEX "IX_VerificationRequests_State_AskedAt" ON "VerificationRequests" ("State", "AskedAt");
