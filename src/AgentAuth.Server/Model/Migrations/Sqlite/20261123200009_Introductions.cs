using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentAuth.Server.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Introductions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "AskAnewSince",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "DocumentFreshUntil",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "DocumentReadAt",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "DocumentTag",
                table: "Clients",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ManagementToken",
                table: "Clients",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Metadata",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Origin",
                table: "Clients",
                type: "TEXT",
                maxLength: 20,
                nullable: false,
                defaultValue: "ByAdministrator");

            migrationBuilder.AddColumn<DateTime>(
                name: "RemovedAt",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Software",
                table: "Clients",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "UsedAssertions",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    EndsAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UsedAssertions", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Clients_Origin_CreatedAt",
                table: "Clients",
                columns: new[] { "Origin", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_UsedAssertions_EndsAt",
                table: "UsedAssertions",
                column: "EndsAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "UsedAssertions");

            migrationBuilder.DropIndex(
                name: "IX_Clients_Origin_CreatedAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "AskAnewSince",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "DocumentFreshUntil",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "DocumentReadAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "DocumentTag",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ManagementToken",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Metadata",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Software",
                table: "Clients");
        }
    }
}
