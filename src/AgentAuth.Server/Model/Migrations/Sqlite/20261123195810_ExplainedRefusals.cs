using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentAuth.Server.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ExplainedRefusals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "OwnerId",
                table: "Clients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "RefusedRequests",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 12, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Rule = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    Error = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    Words = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    Endpoint = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    ClientId = table.Column<string>(type: "TEXT", maxLength: 512, nullable: true),
                    OwnerId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Sender = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Sent = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefusedRequests", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_RefusedRequests_At",
                table: "RefusedRequests",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_RefusedRequests_ClientId_At",
                table: "RefusedRequests",
                columns: new[] { "ClientId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_RefusedRequests_Sender_At",
                table: "RefusedRequests",
                columns: new[] { "Sender", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RefusedRequests");

            migrationBuilder.DropColumn(
                name: "OwnerId",
                table: "Clients");
        }
    }
}
