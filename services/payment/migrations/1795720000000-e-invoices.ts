import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How documents are registered at the Invoice Registration Portal. As final as the documents themselves. */
export class EInvoices1795720000000 implements MigrationInterface {
  readonly name = 'EInvoices1795720000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE e_invoice (
        invoice_id      BINARY(16) NOT NULL PRIMARY KEY,
        irn             CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        acknowledgement VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        acknowledged_at CHAR(19) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        signed_qr       TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        registered_at   DATETIME(3) NOT NULL,
        UNIQUE KEY uq_e_invoice_irn (irn),
        CONSTRAINT fk_e_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
      ) ENGINE = InnoDB`);
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`
        CREATE TRIGGER e_invoice_no_${deed.toLowerCase()} BEFORE ${deed} ON e_invoice FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a registration is final: the portal has it, too'`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE e_invoice');
  }
}
