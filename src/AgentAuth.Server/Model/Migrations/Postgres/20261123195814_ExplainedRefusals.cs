using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentAuth.Server.Model.Migrations.Postgres
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
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "RefusedRequests",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Rule = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    Error = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    Words = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    Endpoint = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true),
                    OwnerId = table.Column<Guid>(type: "uuid", nullable: true),
                    Sender = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Sent = table.Column<string>(type: "text", nullable: false)
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
